package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.policy.PolicyDocuments.UnknownRestrictionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether requests must be signed, and how: {@code security.authentication} of the key policy. To
 * ask for a timestamp or a nonce is to ask for a signature, since neither means anything without
 * one; a nonce is only remembered as long as its timestamp counts, so it needs one.
 *
 * @param maxAge how far a timestamp may lie from now
 */
public record SignatureRules(
    boolean required, boolean timestampRequired, boolean nonceRequired, Duration maxAge) {

  private static final long DEFAULT_AGE_SECONDS = 300;
  private static final String ALGORITHM = "HMAC-SHA256";

  /** No document may allow more. */
  public static final Duration LONGEST_AGE = Duration.ofDays(1);

  /** The rules of a document that says nothing about signatures. */
  public static final SignatureRules NONE =
      new SignatureRules(false, false, false, Duration.ofSeconds(DEFAULT_AGE_SECONDS));

  static SignatureRules of(PolicyNode authentication) {
    String algorithm = authentication.text("signature_algorithm");
    if (algorithm != null && !algorithm.equals(ALGORITHM)) {
      throw new UnknownRestrictionException("/security/authentication/signature_algorithm");
    }
    Boolean signature = authentication.flag("require_signature");
    boolean timestamp = authentication.isTrue("require_timestamp");
    boolean nonce = authentication.isTrue("require_nonce");
    Long age = authentication.number("max_timestamp_age");
    return isRequired(signature, timestamp || nonce)
        ? new SignatureRules(
            true,
            timestamp || nonce,
            nonce,
            Duration.ofSeconds(age == null ? DEFAULT_AGE_SECONDS : age))
        : NONE;
  }

  private static boolean isRequired(@Nullable Boolean signature, boolean otherwise) {
    return signature == null ? otherwise : signature;
  }

  /** What both ask for. */
  public SignatureRules and(SignatureRules other) {
    if (!required || !other.required) {
      return required ? this : other;
    }
    return new SignatureRules(
        true,
        timestampRequired || other.timestampRequired,
        nonceRequired || other.nonceRequired,
        maxAge.compareTo(other.maxAge) <= 0 ? maxAge : other.maxAge);
  }
}
