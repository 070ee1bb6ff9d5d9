package dev.tollgate.crypto.token;

import dev.tollgate.crypto.token.StrictJson.Literal;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the claims of a verified payload. Each is of one type or the token is refused: a claim is
 * never skipped because it looks odd. Claims that we do not know are ignored.
 */
final class TokenClaimsReader {

  /**
   * Whole seconds from 1970 to the year 9999; a fraction, a sign or an exponent is not a time of
   * ours.
   */
  private static final Pattern SECONDS = Pattern.compile("0|[1-9][0-9]{0,11}");

  private final Map<String, Object> members;

  TokenClaimsReader(Map<String, Object> members) {
    this.members = members;
  }

  ProjectTokenClaims read() throws TokenRefusedException {
    try {
      return new ProjectTokenClaims(
          text("sub"),
          text("org"),
          optionalText("env"),
          text("jti"),
          time("iat"),
          time("nbf"),
          time("exp"),
          scope(),
          maxCost());
    } catch (IllegalArgumentException outOfRange) {
      throw new TokenRefusedException(TokenRefusal.CLAIM_INVALID);
    }
  }

  String issuer() throws TokenRefusedException {
    return text("iss");
  }

  /** One audience as a string or several as an array (RFC 7519 §4.1.3). */
  boolean isFor(String audience) throws TokenRefusedException {
    return switch (required("aud")) {
      case String only -> only.equals(audience);
      case List<?> several -> texts(several).contains(audience);
      default -> throw invalid();
    };
  }

  private String text(String claim) throws TokenRefusedException {
    if (required(claim) instanceof String text) {
      return text;
    }
    throw invalid();
  }

  private @Nullable String optionalText(String claim) throws TokenRefusedException {
    return members.containsKey(claim) ? text(claim) : null;
  }

  private Instant time(String claim) throws TokenRefusedException {
    if (required(claim) instanceof Literal number && SECONDS.matcher(number.text()).matches()) {
      return Instant.ofEpochSecond(Long.parseLong(number.text()));
    }
    throw invalid();
  }

  /**
   * An empty array would have to mean "nothing"; read as "no scope" it would mean everything. It is
   * refused.
   */
  private Set<String> scope() throws TokenRefusedException {
    Object claim = members.get("scope");
    if (claim == null) {
      return Set.of();
    }
    if (claim instanceof List<?> names && !names.isEmpty()) {
      return texts(names);
    }
    throw invalid();
  }

  private @Nullable Long maxCost() throws TokenRefusedException {
    Object claim = members.get("max_cost");
    if (claim == null) {
      return null;
    }
    Long microUsd = MaxCost.parse(claim);
    if (microUsd == null) {
      throw invalid();
    }
    return microUsd;
  }

  private Object required(String claim) throws TokenRefusedException {
    Object value = members.get(claim);
    if (value == null) {
      throw new TokenRefusedException(TokenRefusal.CLAIM_MISSING);
    }
    return value;
  }

  private static Set<String> texts(List<?> values) throws TokenRefusedException {
    Set<String> texts = new LinkedHashSet<>();
    for (Object value : values) {
      if (!(value instanceof String text)) {
        throw invalid();
      }
      texts.add(text);
    }
    return texts;
  }

  private static TokenRefusedException invalid() {
    return new TokenRefusedException(TokenRefusal.CLAIM_INVALID);
  }
}
