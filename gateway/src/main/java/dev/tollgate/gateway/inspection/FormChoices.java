package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * How many answers a form asks for, as far as it has been read. What limits have been asked for
 * does not change any more: a form that asks for more behind its file does not get to its end.
 */
public final class FormChoices {

  private static final Rejection TOO_LATE =
      Rejection.of(
          ErrorCode.INVALID_REQUEST,
          "Limits stand over the request that depend on n. Send n before the file.",
          "n");

  private volatile long asked = 1;
  private volatile long most = Long.MAX_VALUE;

  /** At least 1: what providers take where the form does not say. */
  public long asked() {
    return asked;
  }

  /** No more than these have been let in. */
  public void atMost(long admitted) {
    most = admitted;
  }

  /** The form asks for so many; the refusal if that must not be. */
  public @Nullable Rejection found(long choices) {
    asked = choices;
    return choices > most ? TOO_LATE : null;
  }
}
