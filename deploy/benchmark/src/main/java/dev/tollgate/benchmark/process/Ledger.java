package dev.tollgate.benchmark.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What the kernel has in its books about processes. */
public final class Ledger {

  private static final double KIB_PER_MIB = 1024;

  private Ledger() {}

  /** User and system time of a process since its start; in steps of the kernel's clock, 10 ms. */
  private static Duration cpu(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The same of several, as long as they live. */
  public static Duration cpu(List<ProcessHandle> processes) {
    return processes.stream().map(Ledger::cpu).reduce(Duration.ZERO, Duration::plus);
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
      throw new java.io.UncheckedIOException(e);
    }
  }
}
