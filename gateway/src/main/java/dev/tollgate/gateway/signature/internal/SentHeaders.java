package dev.tollgate.gateway.signature.internal;

import dev.tollgate.crypto.signature.SignatureHeaders;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.SignatureRules;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** The three headers of a signed request. */
record SentHeaders(SignatureHeaders headers, boolean repeated) {

  private static final String TIMESTAMP = "X-Tollgate-Timestamp";
  private static final String NONCE = "X-Tollgate-Nonce";
  private static final String SIGNATURE = "X-Tollgate-Signature";

  static SentHeaders of(HttpHeaders request) {
    return new SentHeaders(
        new SignatureHeaders(
            request.getFirst(TIMESTAMP), request.getFirst(NONCE), request.getFirst(SIGNATURE)),
        List.of(TIMESTAMP, NONCE, SIGNATURE).stream()
            .anyMatch(name -> request.getOrEmpty(name).size() > 1));
  }

  /** What can be said before the body is read; null: nothing. */
  @Nullable Rejection refusal(SignatureRules rules) {
    if (headers.signature() == null
        || (rules.timestampRequired() && headers.timestamp() == null)
        || (rules.nonceRequired() && headers.nonce() == null)) {
      return SignatureRejections.MISSING;
    }
    return repeated ? SignatureRejections.INVALID : null;
  }
}
