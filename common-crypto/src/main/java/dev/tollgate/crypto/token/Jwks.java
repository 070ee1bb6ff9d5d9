package dev.tollgate.crypto.token;

import java.util.Collection;
import java.util.stream.Collectors;

/** Renders a JWK set (RFC 7517 §5), as served at {@code /.well-known/jwks.json}. */
public final class Jwks {

  private Jwks() {}

  /** {@code {"keys":[…]}}, in the order given; public keys only, which the type guarantees. */
  public static String render(Collection<TokenVerificationKey> keys) {
    return keys.stream()
        .map(TokenVerificationKey::publicJwk)
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }
}
