package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.secret.SecretFileException;
import dev.tollgate.crypto.secret.SecretString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeyTest {

  private static final String ED25519 = Vectors.text("token.ed25519.jwk");
  private static final String P256 = Vectors.text("token.p256.jwk");

  @TempDir private Path directory;

  @Test
  void readsTheCommittedSigningKeys() {
    TokenSigningKey ed25519 =
        TokenSigningKey.load(Vectors.secretFile("ed25519-signing-key.json", directory));
    TokenSigningKey p256 =
        TokenSigningKey.load(Vectors.secretFile("p256-signing-key.json", directory));

    assertThat(ed25519.publicJwk()).isEqualTo(ED25519);
    assertThat(ed25519.algorithm()).isEqualTo(TokenAlgorithm.EDDSA);
    assertThat(p256.publicJwk()).isEqualTo(P256);
    assertThat(p256.algorithm()).isEqualTo(TokenAlgorithm.ES256);
  }

  @Test
  void createdFileIsItsOwnersAndLoadsAsTheSameKey() throws IOException {
    Path file = directory.resolve("token-signing-key.json");
    TokenSigningKey created = TokenSigningKey.create(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(TokenSigningKey.load(file).publicJwk()).isEqualTo(created.publicJwk());
    assertThat(created.algorithm()).isEqualTo(TokenAlgorithm.EDDSA);
    assertThatThrownBy(() -> TokenSigningKey.create(file)).isInstanceOf(SecretFileException.class);
  }

  @ParameterizedTest
  @EnumSource
  void bothKindsSurviveTheirFile(TokenAlgorithm algorithm) {
    Path file = directory.resolve("token-signing-key.json");
    TokenSigningKey generated = TokenSigningKey.generate(algorithm);
    generated.replace(file);
    TokenSigningKey loaded = TokenSigningKey.load(file);

    byte[] message = {1, 2, 3};
    assertThat(loaded.kid()).isEqualTo(generated.kid()).hasSize(43);
    assertThat(generated.verificationKey().verifies(message, loaded.sign(message))).isTrue();
    assertThat(generated.verificationKey().verifies(new byte[] {1}, loaded.sign(message)))
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void verificationKeyRoundTripsAndHoldsNoPrivatePart(TokenAlgorithm algorithm) {
    TokenSigningKey signing = TokenSigningKey.generate(algorithm);
    TokenVerificationKey parsed = TokenVerificationKey.parse(signing.publicJwk());

    assertThat(parsed.publicJwk()).isEqualTo(signing.publicJwk()).doesNotContain("\"d\"");
    assertThat(parsed.kid()).isEqualTo(signing.kid());
    assertThat(parsed.algorithm()).isEqualTo(algorithm);
  }

  @Test
  void jwkSetHoldsTheKeysInTheirOrder() {
    TokenVerificationKey ed25519 = TokenVerificationKey.parse(ED25519);
    TokenVerificationKey p256 = TokenVerificationKey.parse(P256);
    assertThat(Jwks.render(List.of(ed25519, p256)))
        .isEqualTo("{\"keys\":[" + ED25519 + "," + P256 + "]}");
    assertThat(Jwks.render(List.of())).isEqualTo("{\"keys\":[]}");
  }

  @Test
  void memberOrderDoesNotMatterBecauseDatabasesChangeIt() {
    String shuffled =
        "{\"alg\": \"EdDSA\", \"use\": \"sig\", \"x\": \"HOVqSMgv-ZFioUvFRGEmdOXWH7kxfmXUBVeA_by03DU\","
            + " \"kid\": \"test-ed25519\", \"crv\": \"Ed25519\", \"kty\": \"OKP\"}";
    assertThat(TokenVerificationKey.parse(shuffled).publicJwk()).isEqualTo(ED25519);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"k\"}",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"k\"}",
        "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"HOVqSMgv-ZFioUvFRGEmdOXWH7kxfmXUBVeA_by03DU\",\"kid\":\"k\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\",\"kid\":\"k\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"HOVqSMgv-ZFioUvFRGEmdOXWH7kxfmXUBVeA_by03DU\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            + "\"x\":\"HOVqSMgv-ZFioUvFRGEmdOXWH7kxfmXUBVeA_by03DU\",\"kid\":\"a\\\"b\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"HOVqSMgv-ZFioUvFRGEmdOXWH7kxfmXUBVeA_by03DU\",\"kid\":\"k\","
            + "\"alg\":\"ES256\"}",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"HOVqSMgv-ZFioUvFRGEmdOXWH7kxfmXUBVeA_by03DU\",\"kid\":\"k\","
            + "\"use\":\"enc\"}",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"HxQBRr-xslH4T03b4NTNz9d6_ZhKlSDjV5QCH4MSu54\","
            + "\"y\":\"HxQBRr-xslH4T03b4NTNz9d6_ZhKlSDjV5QCH4MSu54\",\"kid\":\"not-on-curve\"}"
      })
  void refusesOtherVerificationKeys(String jwk) {
    assertThatThrownBy(() -> TokenVerificationKey.parse(jwk))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAPrivateKeyWhereAPublicOneBelongs() throws IOException {
    String privateJwk = Files.readString(Vectors.secretFile("ed25519-signing-key.json", directory));
    assertThatThrownBy(() -> TokenVerificationKey.parse(privateJwk))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("private");
  }

  @Test
  void refusesSigningKeysThatCannotSign() {
    assertThatThrownBy(() -> TokenSigningKey.parse(SecretString.of(ED25519)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TokenSigningKey.parse(SecretString.of("{}")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519-signing-key.json", "p256-signing-key.json"})
  void refusesHalvesOfTwoPairs(String name) throws IOException {
    Path file = Vectors.secretFile(name, directory);
    String ownPrivate = Files.readString(file).replaceAll("(?s).*\"d\": \"([^\"]+)\".*", "$1");
    String mixed = Files.readString(file).replace(ownPrivate, "AQ" + ownPrivate.substring(2));
    Files.writeString(file, mixed);
    assertThatThrownBy(() -> TokenSigningKey.load(file))
        .isInstanceOf(SecretFileException.class)
        .hasMessageNotContaining(ownPrivate)
        .hasNoCause();
  }

  @Test
  void printsNoKey() {
    TokenSigningKey key = TokenSigningKey.generate(TokenAlgorithm.EDDSA);
    assertThat(key).hasToString("TokenSigningKey[kid=" + key.kid() + ", [REDACTED]]");
    assertThat(key.verificationKey())
        .hasToString("TokenVerificationKey[kid=" + key.kid() + ", algorithm=EDDSA]");
  }
}
