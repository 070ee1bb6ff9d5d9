package dev.tollgate.crypto.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.Ed25519Verifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A public key that verifies project tokens, parsed once and used from any thread. It belongs to
 * one algorithm, which its type decides and no token can change: Ed25519 verifies EdDSA, P-256
 * verifies ES256.
 */
public final class TokenVerificationKey {

  private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  private final String kid;
  private final TokenAlgorithm algorithm;
  private final JWSHeader header;
  private final JWSVerifier verifier;
  private final String publicJwk;

  private TokenVerificationKey(
      String kid, TokenAlgorithm algorithm, JWSVerifier verifier, String publicJwk) {
    this.kid = kid;
    this.algorithm = algorithm;
    this.header = new JWSHeader(algorithm.jws());
    this.verifier = verifier;
    this.publicJwk = publicJwk;
  }

  /**
   * Parses a public JWK as {@link #publicJwk()} gives it.
   *
   * @throws IllegalArgumentException if it is not one of the two kinds, has no good {@code kid},
   *     names another algorithm or use, or contains the private key, which has no business where
   *     public keys are
   */
  public static TokenVerificationKey parse(String publicJwk) {
    JWK jwk = parseJwk(publicJwk);
    if (jwk.isPrivate()) {
      throw new IllegalArgumentException("a verification key must not contain the private key");
    }
    return of(jwk);
  }

  static TokenVerificationKey of(JWK jwk) {
    String kid = goodKeyId(jwk.getKeyID());
    TokenVerificationKey key =
        switch (jwk) {
          case OctetKeyPair pair when Curve.Ed25519.equals(pair.getCurve()) -> ed25519(kid, pair);
          case ECKey ec when Curve.P_256.equals(ec.getCurve()) -> p256(kid, ec);
          default -> throw new IllegalArgumentException("a token key is Ed25519 or P-256");
        };
    return key.refuseContradiction(jwk);
  }

  static JWK parseJwk(String json) {
    try {
      return JWK.parse(json);
    } catch (ParseException | RuntimeException malformed) {
      throw new IllegalArgumentException("not a JWK");
    }
  }

  /** What tokens name this key by. */
  public String kid() {
    return kid;
  }

  /** The only algorithm that this key verifies. */
  public TokenAlgorithm algorithm() {
    return algorithm;
  }

  /**
   * The key as JSON, members in this order, no others:
   *
   * <pre>
   * {"kty":"OKP","crv":"Ed25519","x":"…","kid":"…","use":"sig","alg":"EdDSA"}
   * {"kty":"EC","crv":"P-256","x":"…","y":"…","kid":"…","use":"sig","alg":"ES256"}
   * </pre>
   */
  public String publicJwk() {
    return publicJwk;
  }

  boolean verifies(byte[] signingInput, Base64URL signature) {
    try {
      return verifier.verify(header, signingInput, signature);
    } catch (JOSEException refused) {
      return false;
    }
  }

  private static TokenVerificationKey ed25519(String kid, OctetKeyPair pair) {
    String members = "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + pair.getX() + "\"";
    return made(kid, TokenAlgorithm.EDDSA, () -> new Ed25519Verifier(pair.toPublicJWK()), members);
  }

  private static TokenVerificationKey p256(String kid, ECKey key) {
    String members =
        "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
            + key.getX()
            + "\",\"y\":\""
            + key.getY()
            + "\"";
    return made(kid, TokenAlgorithm.ES256, () -> new ECDSAVerifier(key.toPublicJWK()), members);
  }

  private static TokenVerificationKey made(
      String kid, TokenAlgorithm algorithm, VerifierSource verifier, String members) {
    String jwk =
        "{"
            + members
            + ",\"kid\":\""
            + kid
            + "\",\"use\":\"sig\",\"alg\":\""
            + algorithm.headerValue()
            + "\"}";
    try {
      return new TokenVerificationKey(kid, algorithm, verifier.get(), jwk);
    } catch (JOSEException | RuntimeException notOnCurve) {
      throw new IllegalArgumentException("not a valid public key");
    }
  }

  private TokenVerificationKey refuseContradiction(JWK jwk) {
    boolean otherAlgorithm =
        jwk.getAlgorithm() != null && !algorithm.jws().equals(jwk.getAlgorithm());
    boolean otherUse = jwk.getKeyUse() != null && !"sig".equals(jwk.getKeyUse().identifier());
    if (otherAlgorithm || otherUse) {
      throw new IllegalArgumentException("the JWK is meant for something else");
    }
    return this;
  }

  private static String goodKeyId(@Nullable String kid) {
    if (kid == null || !KEY_ID.matcher(kid).matches()) {
      throw new IllegalArgumentException("a token key has a kid of 1 to 128 URL-safe characters");
    }
    return kid;
  }

  private interface VerifierSource {
    JWSVerifier get() throws JOSEException;
  }

  @Override
  public String toString() {
    return "TokenVerificationKey[kid=" + kid + ", algorithm=" + algorithm + "]";
  }
}
