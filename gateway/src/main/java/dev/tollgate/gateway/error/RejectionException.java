package dev.tollgate.gateway.error;

/**
 * The one exception of the pipeline; without a stack trace, since a refusal is an expected outcome.
 */
public class RejectionException extends RuntimeException {

  private final transient Rejection rejection;

  protected RejectionException(Rejection rejection) {
    super(rejection.code().code(), null, false, false);
    this.rejection = rejection;
  }

  public Rejection rejection() {
    return rejection;
  }
}
