package dev.tollgate.deploy.money;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.time.Duration;
import java.util.Set;

/**
 * What a client saw of its call.
 *
 * @param status of the answer, {@link #NO_ANSWER} or {@link #BROKEN}
 * @param code of an error, or why the answer is not whole
 * @param took to the answer's last byte; of a stream to its head
 * @param sentNanos when it was about to ask
 * @param leftNanos when it was about to close its connection
 */
record Seen(
    Call call,
    Tenant.Key key,
    int status,
    String code,
    Duration took,
    long sentNanos,
    long leftNanos) {

  /** The client did not wait for it. */
  static final int NO_ANSWER = 0;

  /** There was no connection, or it broke. */
  static final int BROKEN = -1;

  private static final Set<String> NO_FURTHER_STEP =
      Set.of("insufficient_quota", "service_unavailable");

  boolean isAdmitted() {
    return status == 200 || status == 500 || status == NO_ANSWER;
  }

  /** Whether all of the answer came, to the last byte. */
  boolean isWhole() {
    return status == 200 && code.isEmpty() && call.isForWholeAnswer();
  }

  /** Whether the gateway ended a stream without a maximum: it could take no further step. */
  boolean isEndedByGateway() {
    boolean ended = call.fate() == Fate.LEFT ? !code.isEmpty() : NO_FURTHER_STEP.contains(code);
    return status == 200 && !call.hasMaximum() && ended;
  }
}
