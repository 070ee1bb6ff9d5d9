package dev.tollgate.deploy.money;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Starts Java programs in less than half of the time: by a cache of loaded and linked classes that
 * a first process leaves. The JDK takes only jars for it, so folders of classes are packed.
 */
final class FastStart {

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final Path cache;
  private final String classPath;

  /**
   * @param directory for the cache and the jars
   */
  FastStart(Path directory) throws IOException {
    this.cache = directory.resolve("classes.aot");
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (!Files.isDirectory(path)) {
        jars.add(entry);
      } else {
        jars.add(pack(path, directory.resolve("classes-" + jars.size() + ".jar")).toString());
      }
    }
    this.classPath = String.join(File.pathSeparator, jars);
  }

  /** With entries for the folders, in which Spring looks for what is in them. */
  private static Path pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes).skip(1).sorted()) {
      for (Path path : all.toList()) {
        boolean folder = Files.isDirectory(path);
        packed.putNextEntry(new ZipEntry(classes.relativize(path) + (folder ? "/" : "")));
        if (!folder) {
          Files.copy(path, packed);
        }
      }
      return jar;
    }
  }

  /** A process that leaves the cache when it ends in order. */
  ProcessBuilder first(Class<?> program) {
    return command("-XX:AOTCacheOutput=" + cache, program);
  }

  ProcessBuilder next(Class<?> program) {
    return command("-XX:AOTCache=" + cache, program);
  }

  private ProcessBuilder command(String option, Class<?> program) {
    return new ProcessBuilder(
        JAVA,
        option,
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        classPath,
        program.getName());
  }
}
