package dev.tollgate.crypto.token;

import com.google.gson.stream.JsonWriter;
import dev.tollgate.crypto.secret.SecretString;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Signs project tokens: JWS compact serialisation (RFC 7515).
 *
 * <pre>
 * header   {"alg":"EdDSA","kid":"…","typ":"tgt+jwt"}
 * payload  {"iss":"tollgate","aud":"tollgate-gateway","sub":"prj_…","org":"org_…",
 *           "env":"production","jti":"tok_…",
 *           "iat":1767225600,"nbf":1767225600,"exp":1767312000,"scope":["chat_completion"],"max_cost":12.5}
 * </pre>
 *
 * {@code env}, {@code scope} and {@code max_cost} stand only where there is one; times are whole
 * seconds since 1970; {@code max_cost} is a plain decimal of US dollars with at most six places.
 * Thread-safe.
 */
public final class ProjectTokenIssuer {

  /** {@code iss} unless the operator sets another. */
  public static final String DEFAULT_ISSUER = "tollgate";

  /** {@code aud} unless the operator sets another. */
  public static final String DEFAULT_AUDIENCE = "tollgate-gateway";

  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final String issuer;
  private final String audience;
  private final TokenSigningKey key;
  private final String encodedHeader;

  /** An issuer that signs with {@code key}. */
  public ProjectTokenIssuer(String issuer, String audience, TokenSigningKey key) {
    this.issuer = issuer;
    this.audience = audience;
    this.key = key;
    this.encodedHeader = encode(header(key));
  }

  /**
   * The signed token.
   *
   * @throws IllegalArgumentException if it would be longer than the 4,096 characters that a
   *     verifier takes
   */
  public SecretString issue(ProjectTokenClaims claims) {
    String signingInput = encodedHeader + "." + encode(payload(claims));
    String token = signingInput + "." + key.sign(signingInput.getBytes(StandardCharsets.US_ASCII));
    if (token.length() > CompactToken.MAX_LENGTH) {
      throw new IllegalArgumentException("the token would be too long");
    }
    return SecretString.of(token);
  }

  private static String header(TokenSigningKey key) {
    return json(out ->
        out.name("alg")
            .value(key.algorithm().headerValue())
            .name("kid")
            .value(key.kid())
            .name("typ")
            .value(TokenHeader.TYPE));
  }

  private String payload(ProjectTokenClaims claims) {
    return json(out -> {
      out.name("iss").value(issuer).name("aud").value(audience);
      writeSubject(out, claims);
      writeTimes(out, claims);
      writeLimits(out, claims);
    });
  }

  private static void writeSubject(JsonWriter out, ProjectTokenClaims claims) throws IOException {
    out.name("sub").value(claims.projectId()).name("org").value(claims.organizationId());
    if (claims.environment() != null) {
      out.name("env").value(claims.environment());
    }
    out.name("jti").value(claims.jti());
  }

  private static void writeTimes(JsonWriter out, ProjectTokenClaims claims) throws IOException {
    out.name("iat").value(claims.issuedAt().getEpochSecond());
    out.name("nbf").value(claims.notBefore().getEpochSecond());
    out.name("exp").value(claims.expiresAt().getEpochSecond());
  }

  private static void writeLimits(JsonWriter out, ProjectTokenClaims claims) throws IOException {
    if (!claims.scope().isEmpty()) {
      out.name("scope").beginArray();
      for (String feature : claims.scope()) {
        out.value(feature);
      }
      out.endArray();
    }
    Long maxCost = claims.maxCostMicroUsd();
    if (maxCost != null) {
      out.name("max_cost").jsonValue(MaxCost.render(maxCost));
    }
  }

  private static String json(Members members) {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      out.beginObject();
      members.writeTo(out);
      out.endObject();
      return text.toString();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory does not fail", impossible);
    }
  }

  private static String encode(String json) {
    return BASE64URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private interface Members {
    void writeTo(JsonWriter out) throws IOException;
  }
}
