package dev.tollgate.gateway.signature.internal;

import dev.tollgate.crypto.signature.RequestSignature;
import dev.tollgate.crypto.signature.SignatureHeaders;
import dev.tollgate.crypto.signature.SignatureRequirements;
import dev.tollgate.crypto.signature.SignatureVerification;
import dev.tollgate.crypto.signature.SignedRequest;
import dev.tollgate.gateway.credentials.SigningKeys;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.CallerTerms;
import dev.tollgate.gateway.policy.SignatureRules;
import dev.tollgate.gateway.signature.NonceStore;
import dev.tollgate.gateway.snapshot.SigningSecret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Verifies one request. Its nonce is used up only if the signature is right. */
final class SignatureCheck {

  private final SigningKeys keys;
  private final NonceStore nonces;
  private final InstantSource clock;

  SignatureCheck(SigningKeys keys, NonceStore nonces, InstantSource clock) {
    this.keys = keys;
    this.nonces = nonces;
    this.clock = clock;
  }

  /** What came of it. */
  sealed interface Verdict {
    record Passed() implements Verdict {}

    record Refused(Rejection rejection) implements Verdict {}
  }

  /** A key, whose it is, what it sent, and what is asked of it. */
  record Question(
      Caller caller,
      CallerTerms.OfKey key,
      SignedRequest request,
      SignatureHeaders headers,
      SignatureRules rules) {}

  /** Emits one verdict, no error. */
  Mono<Verdict> verify(Question question) {
    Instant now = clock.instant();
    List<SigningSecret> secrets =
        question.key().signingSecrets().stream().filter(secret -> secret.isValidAt(now)).toList();
    return keys.open(question.caller().organizationId(), question.key().keyId(), secrets)
        .flatMap(opening ->
            switch (opening) {
              case SigningKeys.Opening.Unavailable() -> refused(SignatureRejections.UNAVAILABLE);
              case SigningKeys.Opening.Opened(List<RequestSignature> signatures) ->
                  verify(question, signatures, now);
            });
  }

  private Mono<Verdict> verify(Question question, List<RequestSignature> signatures, Instant now) {
    SignatureRules rules = question.rules();
    SignatureRequirements required =
        new SignatureRequirements(rules.timestampRequired(), rules.nonceRequired(), rules.maxAge());
    Rejection refusal = SignatureRejections.CANNOT_SIGN;
    for (RequestSignature signature : signatures) {
      switch (signature.verify(question.request(), question.headers(), required, now)) {
        case SignatureVerification.Valid(var nonce) -> {
          return unrepeated(question, nonce, now);
        }
        case SignatureVerification.Missing() -> refusal = SignatureRejections.MISSING;
        case SignatureVerification.Invalid() -> refusal = SignatureRejections.INVALID;
        case SignatureVerification.TimestampOutOfRange() ->
            refusal = SignatureRejections.OUT_OF_RANGE;
      }
    }
    return refused(refusal);
  }

  private Mono<Verdict> unrepeated(Question question, @Nullable String nonce, Instant now) {
    if (nonce == null) {
      return Mono.just(new Verdict.Passed());
    }
    Duration longestAge = NonceTime.longestAge(question.caller(), question.rules());
    Duration remembered = NonceTime.remembered(question.headers().timestamp(), longestAge, now);
    return nonces
        .use(question.key().keyId(), nonce, remembered)
        .map(use ->
            switch (use) {
              case FIRST -> new Verdict.Passed();
              case REPEATED -> new Verdict.Refused(SignatureRejections.REPLAYED);
              case UNKNOWN -> new Verdict.Refused(SignatureRejections.UNAVAILABLE);
            });
  }

  private static Mono<Verdict> refused(Rejection rejection) {
    return Mono.just(new Verdict.Refused(rejection));
  }
}
