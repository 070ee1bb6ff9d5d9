package dev.tollgate.crypto.token;

/** Carries a refusal out of the steps of verification; never leaves this package. */
final class TokenRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final TokenRefusal reason;

  TokenRefusedException(TokenRefusal reason) {
    super(reason.name(), null, false, false); // stackless: anybody can cause it
    this.reason = reason;
  }

  TokenRefusal reason() {
    return reason;
  }
}
