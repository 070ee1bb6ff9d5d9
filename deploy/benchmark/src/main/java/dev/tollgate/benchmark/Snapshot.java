package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.process.JavaProcess;
import dev.tollgate.benchmark.process.Ledger;
import dev.tollgate.benchmark.subject.Subject;
import java.time.Duration;

/**
 * All counters at one moment.
 *
 * @param count answers or events so far
 * @param allocatedBytes 0 where it is no JVM
 */
record Snapshot(
    long nanoTime,
    long count,
    Duration cpu,
    Duration compilerCpu,
    Duration databaseCpu,
    long allocatedBytes) {

  static Snapshot of(Subject subject, Load load) {
    JavaProcess jvm = subject.jvm();
    return new Snapshot(
        System.nanoTime(),
        load.count(),
        Ledger.cpu(subject.gateway()),
        Ledger.compilerCpu(subject.gateway()),
        Ledger.cpu(subject.database()),
        jvm == null ? 0 : jvm.allocatedBytes());
  }

  /** What happened since an earlier one. */
  Usage since(Snapshot earlier) {
    return new Usage(
        (nanoTime - earlier.nanoTime) / 1e9,
        count - earlier.count,
        cpu.minus(earlier.cpu).toNanos() / 1e3,
        compilerCpu.minus(earlier.compilerCpu).toNanos() / 1e3,
        databaseCpu.minus(earlier.databaseCpu).toNanos() / 1e3,
        (allocatedBytes - earlier.allocatedBytes) / 1024.0);
  }

  /** Between two snapshots. */
  record Usage(
      double seconds,
      long count,
      double cpuMicros,
      double compilerMicros,
      double databaseCpuMicros,
      double allocatedKib) {

    double each(double whole) {
      return whole / count;
    }

    double perSecond() {
      return count / seconds;
    }

    /** The just-in-time compiler's part of the CPU time. */
    double compilerPercent() {
      return cpuMicros > 0 ? 100 * Math.max(0, compilerMicros) / cpuMicros : Double.NaN;
    }

    double cores() {
      return cpuMicros / 1e6 / seconds;
    }
  }
}
