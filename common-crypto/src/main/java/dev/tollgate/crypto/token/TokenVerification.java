package dev.tollgate.crypto.token;

/** What came of verifying a project token. */
public sealed interface TokenVerification {

  /** Signed by us, for us, and valid now. Whether it was revoked is for the caller to check. */
  record Valid(ProjectTokenClaims claims) implements TokenVerification {}

  /** Not accepted. */
  record Invalid(TokenRefusal reason) implements TokenVerification {}
}
