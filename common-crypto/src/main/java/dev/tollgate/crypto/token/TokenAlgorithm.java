package dev.tollgate.crypto.token;

import com.nimbusds.jose.JWSAlgorithm;
import org.jspecify.annotations.Nullable;

/** The two signature algorithms of project tokens; there is no third, and no way to ask for one. */
public enum TokenAlgorithm {
  /** Ed25519 (RFC 8037), the default. */
  EDDSA("EdDSA"),
  /** ECDSA on P-256 with SHA-256 (RFC 7518). */
  ES256("ES256");

  private final String headerValue;

  TokenAlgorithm(String headerValue) {
    this.headerValue = headerValue;
  }

  /** The value of {@code alg}, compared exactly. */
  public String headerValue() {
    return headerValue;
  }

  JWSAlgorithm jws() {
    return switch (this) {
      case EDDSA -> JWSAlgorithm.EdDSA;
      case ES256 -> JWSAlgorithm.ES256;
    };
  }

  /** The algorithm of that {@code alg}, or null for any other. */
  static @Nullable TokenAlgorithm of(String headerValue) {
    for (TokenAlgorithm algorithm : values()) {
      if (algorithm.headerValue.equals(headerValue)) {
        return algorithm;
      }
    }
    return null;
  }
}
