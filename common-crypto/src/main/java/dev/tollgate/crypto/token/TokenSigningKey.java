package dev.tollgate.crypto.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.Ed25519Signer;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetKeyPairGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretFileException;
import dev.tollgate.crypto.secret.SecretString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The private key that signs project tokens. In its file (mode 0600) it is a JWK with {@code kty},
 * {@code crv}, {@code x} (and {@code y}), {@code d}, {@code kid}, {@code use: "sig"}, {@code alg}.
 * A generated key's {@code kid} is its SHA-256 thumbprint (RFC 7638). Thread-safe; prints no key.
 */
public final class TokenSigningKey {

  private static final byte[] SELF_CHECK = "tollgate".getBytes(StandardCharsets.US_ASCII);

  private final JWK privateJwk;
  private final JWSSigner signer;
  private final TokenVerificationKey verificationKey;

  private TokenSigningKey(JWK privateJwk, JWSSigner signer) throws JOSEException {
    this.privateJwk = privateJwk;
    this.signer = signer;
    this.verificationKey = TokenVerificationKey.of(privateJwk);
    refuseOtherPair();
  }

  /** A new random key, in memory only. */
  public static TokenSigningKey generate(TokenAlgorithm algorithm) {
    try {
      return of(
          switch (algorithm) {
            case EDDSA -> generateEd25519();
            case ES256 -> generateP256();
          });
    } catch (JOSEException impossible) {
      throw new IllegalStateException("the platform has " + algorithm, impossible);
    }
  }

  /**
   * Generates an Ed25519 key and writes it to a new file of mode 0600.
   *
   * @throws SecretFileException if the file exists or cannot be written
   */
  public static TokenSigningKey create(Path file) {
    TokenSigningKey generated = generate(TokenAlgorithm.EDDSA);
    SecretFile.create(file, generated.toJson());
    return generated;
  }

  /**
   * Reads a key.
   *
   * @throws SecretFileException if the file is missing, open to everybody, or not such a key
   */
  public static TokenSigningKey load(Path file) {
    try {
      return parse(SecretFile.read(file).utf8());
    } catch (IllegalArgumentException malformed) {
      throw new SecretFileException(file, "is not a private JWK of an Ed25519 or P-256 key");
    }
  }

  /**
   * Parses a private JWK.
   *
   * @throws IllegalArgumentException if it is not one of the two kinds or its halves are not of one
   *     pair; the message repeats nothing of it
   */
  public static TokenSigningKey parse(SecretString privateJwk) {
    try {
      return of(TokenVerificationKey.parseJwk(privateJwk.reveal(SecretAccess.granted())));
    } catch (JOSEException refused) {
      throw new IllegalArgumentException("not a private token key");
    }
  }

  /** Writes this key over {@code file} in one step, mode 0600; the last step of a rotation. */
  public void replace(Path file) {
    SecretFile.replace(file, toJson());
  }

  /** What tokens name this key by. */
  public String kid() {
    return verificationKey.kid();
  }

  /** The algorithm that it signs with. */
  public TokenAlgorithm algorithm() {
    return verificationKey.algorithm();
  }

  /** The public half, for verifying and publishing. */
  public TokenVerificationKey verificationKey() {
    return verificationKey;
  }

  /** {@link TokenVerificationKey#publicJwk()} of the public half. */
  public String publicJwk() {
    return verificationKey.publicJwk();
  }

  Base64URL sign(byte[] signingInput) {
    try {
      return signer.sign(new JWSHeader(algorithm().jws()), signingInput);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a checked key signs", impossible);
    }
  }

  private static TokenSigningKey of(JWK jwk) throws JOSEException {
    return switch (jwk) {
      case OctetKeyPair pair when Curve.Ed25519.equals(pair.getCurve()) && pair.isPrivate() ->
          new TokenSigningKey(pair, new Ed25519Signer(pair));
      case ECKey key when Curve.P_256.equals(key.getCurve()) && key.isPrivate() ->
          new TokenSigningKey(key, new ECDSASigner(key));
      default ->
          throw new IllegalArgumentException("a token key is a private Ed25519 or P-256 key");
    };
  }

  /**
   * A public half of another pair would issue tokens that nobody accepts: found at start, not by
   * the first client.
   */
  private void refuseOtherPair() {
    if (!verificationKey.verifies(SELF_CHECK, sign(SELF_CHECK))) {
      throw new IllegalArgumentException("the private key does not fit the public key");
    }
  }

  private static JWK generateEd25519() throws JOSEException {
    return new OctetKeyPairGenerator(Curve.Ed25519)
        .keyUse(KeyUse.SIGNATURE)
        .algorithm(TokenAlgorithm.EDDSA.jws())
        .keyIDFromThumbprint(true)
        .generate();
  }

  private static JWK generateP256() throws JOSEException {
    return new ECKeyGenerator(Curve.P_256)
        .keyUse(KeyUse.SIGNATURE)
        .algorithm(TokenAlgorithm.ES256.jws())
        .keyIDFromThumbprint(true)
        .generate();
  }

  private byte[] toJson() {
    return (privateJwk.toJSONString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "TokenSigningKey[kid=" + kid() + ", [REDACTED]]";
  }
}
