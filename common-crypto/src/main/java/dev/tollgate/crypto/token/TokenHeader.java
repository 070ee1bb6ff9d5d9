package dev.tollgate.crypto.token;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header of a project token: exactly {@code alg}, {@code kid} and {@code typ}. An allow-list,
 * because every other member of RFC 7515 either brings a key of the sender's choice ({@code jku},
 * {@code x5u}, {@code jwk}, {@code x5c}) or changes what is verified ({@code crit}, {@code b64}).
 */
record TokenHeader(TokenAlgorithm algorithm, String kid) {

  static final String TYPE = "tgt+jwt";

  private static final Set<String> MEMBERS = Set.of("alg", "kid", "typ");

  static TokenHeader of(Map<String, Object> members) throws TokenRefusedException {
    require(MEMBERS.containsAll(members.keySet()), TokenRefusal.HEADER_NOT_ALLOWED);
    require(TYPE.equals(members.get("typ")), TokenRefusal.WRONG_TYPE);
    return new TokenHeader(algorithm(members), kid(members));
  }

  private static TokenAlgorithm algorithm(Map<String, Object> members)
      throws TokenRefusedException {
    String alg = StrictJson.string(members, "alg");
    return present(alg == null ? null : TokenAlgorithm.of(alg), TokenRefusal.ALGORITHM_NOT_ALLOWED);
  }

  private static String kid(Map<String, Object> members) throws TokenRefusedException {
    return present(StrictJson.string(members, "kid"), TokenRefusal.KEY_ID_MISSING);
  }

  private static <T> T present(@Nullable T value, TokenRefusal otherwise)
      throws TokenRefusedException {
    if (value == null) {
      throw new TokenRefusedException(otherwise);
    }
    return value;
  }

  private static void require(boolean condition, TokenRefusal otherwise)
      throws TokenRefusedException {
    if (!condition) {
      throw new TokenRefusedException(otherwise);
    }
  }
}
