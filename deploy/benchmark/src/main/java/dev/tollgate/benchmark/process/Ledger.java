package dev.tollgate.benchmark.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel has in its books about processes. */
public final class Ledger {

  private static final double KIB_PER_MIB = 1024;
  private static final long MILLIS_PER_TICK = 10;

  private Ledger() {}

  /** User and system time of a process since its start; in steps of the kernel's clock, 10 ms. */
  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The same of several, as long as they live. */
  public static Duration cpu(List<ProcessHandle> processes) {
    return processes.stream().map(Ledger::cpu).reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * What of it their just-in-time compilers took; zero where the system has no {@code /proc}. A
   * compiler thread that has ended is forgotten.
   */
  public static Duration compilerCpu(List<ProcessHandle> processes) {
    return processes.stream().map(Ledger::compilerCpu).reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration compilerCpu(ProcessHandle process) {
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    try (Stream<Path> threads = Files.list(tasks)) {
      return Duration.ofMillis(threads.mapToLong(Ledger::compilerMillis).sum());
    } catch (IOException | UncheckedIOException e) {
      return Duration.ZERO;
    }
  }

  /** Of one thread; {@code PID (NAME) STATE …}, its user and system time the 14th and 15th word. */
  private static long compilerMillis(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      int nameEnd = stat.lastIndexOf(')');
      if (!stat.substring(0, nameEnd).contains(" CompilerThre")) {
        return 0;
      }
      String[] words = stat.substring(nameEnd + 2).split(" ", -1);
      return (Long.parseLong(words[11]) + Long.parseLong(words[12])) * MILLIS_PER_TICK;
    } catch (IOException e) {
      return 0; // it has ended
    }
  }

  /** Resident memory of several, what they share counted more than once. */
  public static double residentMib(List<ProcessHandle> processes) {
    return processes.stream().mapToDouble(Ledger::residentMib).sum();
  }

  /** Resident memory; NaN where the system has no {@code /proc}. */
  private static double residentMib(ProcessHandle process) {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / KIB_PER_MIB)
          .findFirst()
          .orElse(Double.NaN);
    } catch (NoSuchFileException e) {
      return Double.NaN;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
