package dev.tollgate.benchmark.report;

import java.util.Locale;

/** What is measured, in the order of the table. */
public enum Metric {
  REQUEST_CPU("CPU per request, saturated", "µs"),
  REQUEST_CPU_HALF_LOAD("CPU per request, half load", "µs"),
  REQUEST_ALLOCATION("allocated per request", "KiB"),
  REQUEST_THROUGHPUT("requests per second", "1/s"),
  REQUEST_CORES("cores used when saturated", "cores"),
  REQUEST_DATABASE_CPU("PostgreSQL's CPU per request", "µs"),
  REQUEST_COMPILER("the compiler's share, saturated", "%"),
  ADDED_P50("added p50, half load", "ms"),
  ADDED_P99("added p99, half load", "ms"),
  ANSWER_P50("answer p50, half load", "ms"),
  ANSWER_P99("answer p99, half load", "ms"),
  CHUNK_CPU("CPU per streamed chunk", "µs"),
  CHUNK_ALLOCATION("allocated per streamed chunk", "KiB"),
  CHUNK_THROUGHPUT("chunks per second", "1/s"),
  CHUNK_COMPILER("the compiler's share, streams", "%"),
  ADDED_FIRST_BYTE_P50("added time to first byte p50", "ms"),
  FIRST_BYTE_P50("time to first byte p50", "ms"),
  FIRST_BYTE_P99("time to first byte p99", "ms"),
  GAP_P99("longest gap in a stream, p99", "ms"),
  QUIET_ADDED_FIRST_BYTE_P50("added to it on quiet cores, p50", "ms"),
  QUIET_ADDED_FIRST_BYTE_P99("added to it on quiet cores, p99", "ms"),
  QUIET_FIRST_BYTE_P50("first byte on quiet cores p50", "ms"),
  QUIET_FIRST_BYTE_P99("first byte on quiet cores p99", "ms"),
  BUSY_ADDED_FIRST_BYTE_P50("added to it among busy streams, p50", "ms"),
  BUSY_ADDED_FIRST_BYTE_P99("added to it among busy streams, p99", "ms"),
  BUSY_FIRST_BYTE_P50("first byte among busy streams p50", "ms"),
  BUSY_FIRST_BYTE_P99("first byte among busy streams p99", "ms"),
  BUSY_CHUNK_THROUGHPUT("chunks per second, busy streams", "1/s"),
  IDLE_STREAMS("idle streams that were opened", ""),
  STREAM_MEMORY("memory per idle stream", "KiB"),
  RESIDENT_MEMORY("resident memory with them", "MiB"),
  RESIDENT_MEMORY_OF_ALL("the same with 10,000", "MiB"),
  START("first answer after start", "s"),
  START_CACHED("first answer, with the AOT cache", "s"),
  WARM_UP("CPU taken before the first round", "s"),
  WARM_UP_COMPILER("the compiler's share at its end", "%");

  private final String label;
  private final String unit;

  Metric(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  public String label() {
    return label;
  }

  public String unit() {
    return unit;
  }

  /** As it stands in JSON. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
