package dev.tollgate.deploy.money;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long processes have waited for a processor that others had, from now on: what a busy machine
 * adds to a time, and nobody in these processes can help. As Linux counts it; nothing elsewhere.
 */
final class ProcessorWaits {

  private final List<Path> processes;
  private final Map<Path, Long> before = new HashMap<>();

  /**
   * @param pids of the processes
   */
  ProcessorWaits(long... pids) {
    this.processes =
        Arrays.stream(pids).mapToObj(pid -> Path.of("/proc", Long.toString(pid), "task")).toList();
    processes.forEach(process -> before.putAll(nanosByThread(process)));
  }

  /** Of the thread in each that has waited longest, all processes together. */
  Duration untilNow() {
    long nanos = 0;
    for (Path process : processes) {
      nanos +=
          nanosByThread(process).entrySet().stream()
              .mapToLong(now -> now.getValue() - before.getOrDefault(now.getKey(), 0L))
              .max()
              .orElse(0);
    }
    return Duration.ofNanos(nanos);
  }

  private static Map<Path, Long> nanosByThread(Path process) {
    Map<Path, Long> nanos = new HashMap<>();
    if (Files.isDirectory(process)) {
      try (Stream<Path> threads = Files.list(process)) {
        threads.forEach(thread -> nanos.put(thread, nanos(thread.resolve("schedstat"))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return nanos;
  }

  /** The second of: time on a processor, time waited for one, turns. */
  private static long nanos(Path schedstat) {
    try {
      return Long.parseLong(Files.readString(schedstat).split(" ", -1)[1]);
    } catch (IOException e) {
      // The thread has ended meanwhile, or this kernel does not count.
      return 0;
    }
  }
}
