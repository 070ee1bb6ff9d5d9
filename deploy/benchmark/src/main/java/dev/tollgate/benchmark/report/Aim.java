package dev.tollgate.benchmark.report;

/**
 * What is worked for in absolute terms. It is told and breaks no run: it says as much of the
 * machine as of the code.
 */
public enum Aim {
  BUSY_FIRST_BYTE(Metric.BUSY_FIRST_BYTE_P99, 300),
  /** 600 MB. */
  RESIDENT_MEMORY(Metric.RESIDENT_MEMORY_OF_ALL, 600e6 / (1 << 20)),
  START(Metric.START_CACHED, 2);

  private final Metric metric;
  private final double most;

  Aim(Metric metric, double most) {
    this.metric = metric;
    this.most = most;
  }

  public Metric metric() {
    return metric;
  }

  /** In the metric's unit. */
  public double most() {
    return most;
  }
}
