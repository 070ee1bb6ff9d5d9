package dev.tollgate.benchmark.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How many connections a process may still open. */
public final class Descriptors {

  /** Loggers, database connections, listening sockets, and what nobody thought of. */
  private static final int SPARE = 100;

  private static final long UNKNOWN = 65_536;

  private Descriptors() {}

  /**
   * How many streams a gateway can hold at most: each has a connection on both sides. A JVM raises
   * the limit to the hard one by itself.
   */
  public static int streams(ProcessHandle gateway) {
    return Math.toIntExact(Math.max(1, (hardLimit() - notSockets(gateway) - SPARE) / 2));
  }

  /** Of this process and of those that it starts; a large one where the system does not tell. */
  public static long hardLimit() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
      return lines
          .filter(line -> line.startsWith("Max open files"))
          .map(line -> line.strip().split(" +", -1)[4])
          .filter(limit -> limit.matches("[0-9]+"))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** Sockets are used again, or closed, when there are more streams. */
  private static long notSockets(ProcessHandle process) {
    Path directory = Path.of("/proc", Long.toString(process.pid()), "fd");
    try (Stream<Path> open = Files.list(directory)) {
      return open.filter(each -> !isSocket(each)).count();
    } catch (IOException e) {
      return 0;
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }
}
