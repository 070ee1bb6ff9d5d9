package dev.tollgate.deploy.money;

import dev.tollgate.deploy.e2e.Tenant;
import java.time.Duration;

/**
 * What a client saw of its call.
 *
 * @param status of the answer, {@link #NO_ANSWER} or {@link #BROKEN}
 * @param code of an error
 * @param took to the answer's head
 */
record Seen(Call call, Tenant.Key key, int status, String code, Duration took) {

  /** The client did not wait for it. */
  static final int NO_ANSWER = 0;

  /** There was no connection, or it broke. */
  static final int BROKEN = -1;

  boolean isAdmitted() {
    return status == 200 || status == 500 || status == NO_ANSWER;
  }
}
