package dev.tollgate.deploy.money;

import java.math.BigDecimal;

/** Of a model, in micro-dollars per million tokens. */
record Price(long input, long output) {

  private static final long MILLION = 1_000_000;

  /** In micro-dollars, rounded up once. */
  long cost(long inputTokens, long outputTokens) {
    long exact =
        Math.addExact(
            Math.multiplyExact(input, inputTokens), Math.multiplyExact(output, outputTokens));
    return Math.ceilDiv(exact, MILLION);
  }

  /** As the admin API takes it: dollars per million tokens. */
  String components() {
    return "{'input':%s,'output':%s}".formatted(dollars(input), dollars(output));
  }

  static String dollars(long microUsd) {
    return BigDecimal.valueOf(microUsd, 6).toPlainString();
  }
}
