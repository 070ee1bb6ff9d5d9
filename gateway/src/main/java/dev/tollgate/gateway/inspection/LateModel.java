package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * The model of a form that goes on its way before its model is known, since the client sends a long
 * file first. The stage that chooses the service leaves its judgement here; the body asks for it
 * while it passes, before its last byte does.
 */
public final class LateModel {

  private volatile @Nullable Judge judge;
  private volatile @Nullable String model;

  /** Says whether a model may still go to the service that has been chosen without it. */
  @FunctionalInterface
  public interface Judge {

    /**
     * The refusal, or null if the request may go on.
     *
     * @param model null if the form has ended without one
     */
    @Nullable Rejection refusal(@Nullable String model);
  }

  /** Must be called before the body is sent: without a judge no body gets to its end. */
  public void judgedBy(Judge chosen) {
    judge = chosen;
  }

  /** The model, once it has been found; null before, and where there is none. */
  public @Nullable String model() {
    return model;
  }

  /**
   * The form has named its model, or ended without one.
   *
   * @throws IllegalStateException if nobody has said who judges it
   */
  @Nullable Rejection settle(@Nullable String found) {
    Judge current = judge;
    if (current == null) {
      throw new IllegalStateException("nobody judges the model that comes late");
    }
    model = found;
    return current.refusal(found);
  }
}
