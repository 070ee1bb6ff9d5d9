package dev.tollgate.deploy.simulator;

import java.util.concurrent.atomic.LongAdder;

/** What the provider would bill: tokens read and tokens generated, whether or not they arrived. */
public final class TokenLedger {

  private final LongAdder input = new LongAdder();
  private final LongAdder output = new LongAdder();

  void read(int tokens) {
    input.add(tokens);
  }

  void generated(int tokens) {
    output.add(tokens);
  }

  public long inputTokens() {
    return input.sum();
  }

  public long outputTokens() {
    return output.sum();
  }
}
