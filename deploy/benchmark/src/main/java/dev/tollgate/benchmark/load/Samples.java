package dev.tollgate.benchmark.load;

import java.util.Arrays;

/** Durations in nanoseconds, each kept, so that a percentile is exact. Not thread-safe. */
public final class Samples {

  /** Far more than any run makes; beyond it nothing is kept. */
  private static final int MOST = 20_000_000;

  private long[] values = new long[4096];
  private int size;
  private boolean sorted;

  void add(long nanos) {
    if (size == MOST) {
      return;
    }
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = nanos;
    sorted = false;
  }

  void addAll(Samples others) {
    for (int i = 0; i < others.size; i++) {
      add(others.values[i]);
    }
  }

  public int size() {
    return size;
  }

  /**
   * The smallest value that is not below a share of all.
   *
   * @param percent 0 to 100
   * @return milliseconds; NaN when there are none
   */
  public double percentileMillis(double percent) {
    if (size == 0) {
      return Double.NaN;
    }
    if (!sorted) {
      Arrays.sort(values, 0, size);
      sorted = true;
    }
    int index = (int) Math.ceil(percent / 100 * size) - 1;
    return values[Math.max(0, index)] / 1e6;
  }
}
