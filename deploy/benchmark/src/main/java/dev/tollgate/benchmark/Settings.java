package dev.tollgate.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * Where things are, as {@code deploy/tollgate} says in system properties. The options of this very
 * JVM are the launcher's, and those of all that it starts.
 *
 * @param work for logs, data and results
 * @param aotCache the launcher's; null where there is none
 */
record Settings(
    Path java,
    List<String> javaOptions,
    Path bareLibraries,
    Path budgets,
    Path work,
    @Nullable Path aotCache) {

  private static final String PREFIX = "tollgate.bench.";

  static Settings ofThisProcess() {
    List<String> options =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> !option.startsWith("-D" + PREFIX))
            .toList();
    String cache = System.getProperty(PREFIX + "aot");
    return new Settings(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        options,
        path("bare"),
        path("budgets"),
        path("work"),
        cache == null ? null : Path.of(cache));
  }

  /** Half of what the gateway leaves: the upstream has the other half. */
  int loadThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 3);
  }

  Path results() {
    return work.resolve("results.json");
  }

  Path growth() {
    return work.resolve("growth.json");
  }

  /** Empty; what the last run left is gone. */
  Path freshDirectory() throws IOException {
    Path directory = work.resolve("run");
    var _ = FileSystemUtils.deleteRecursively(directory);
    return Files.createDirectories(directory);
  }

  private static Path path(String name) {
    String value = System.getProperty(PREFIX + name);
    if (value == null) {
      throw new IllegalStateException("start this by deploy/tollgate bench");
    }
    return Path.of(value);
  }
}
