package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/** What happens if a form that is on its way asks for a stream only behind its file. */
public final class LateStream {

  private volatile @Nullable Rejection refusal;

  /** The form does not get to its end if it asks for a stream. */
  public void refuseWith(Rejection rejection) {
    refusal = rejection;
  }

  @Nullable Rejection refusal() {
    return refusal;
  }
}
