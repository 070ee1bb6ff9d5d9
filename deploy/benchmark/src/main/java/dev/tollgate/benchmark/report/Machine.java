package dev.tollgate.benchmark.report;

import io.netty.util.Version;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.SpringBootVersion;
import org.springframework.cloud.gateway.route.Route;

/** Under which conditions the figures came about. */
public final class Machine {

  private Machine() {}

  /** By name, in the order of the report. */
  public static Map<String, String> conditions(List<String> javaOptions, String cores) {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("processor", processor());
    conditions.put("cores", Runtime.getRuntime().availableProcessors() + ", " + cores);
    conditions.put(
        "system",
        "%s %s %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")));
    conditions.put("load_average_before", loadAverage());
    conditions.put("java", Runtime.version().toString());
    conditions.put("java_options", String.join(" ", javaOptions));
    conditions.put("spring_boot", SpringBootVersion.getVersion());
    conditions.put("spring_cloud_gateway", springCloudGateway());
    conditions.put("netty", netty());
    return conditions;
  }

  /** Runnable processes of the last minute: a machine that is not quiet measures others as well. */
  private static String loadAverage() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? "unknown" : String.format(Locale.ROOT, "%.2f", load);
  }

  private static String springCloudGateway() {
    return Optional.ofNullable(Route.class.getPackage().getImplementationVersion())
        .orElse("unknown");
  }

  private static String netty() {
    Version version = Version.identify().get("netty-transport");
    return version == null ? "unknown" : version.artifactVersion();
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
