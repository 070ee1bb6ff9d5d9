package dev.tollgate.crypto.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.envelope.EnvelopeException.SecretDoesNotOpen;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DataKeyTest {

  private static final DataKeyOwner OWNER = new DataKeyOwner("org_1", "prj_1");
  private static final Set<String> HOSTS = Set.of("api.openai.com", "eu.api.openai.com:8443");
  private static final SecretBinding BINDING =
      new SecretBinding("org_1", "prj_1", "crd_1", 3, HOSTS);
  private static final SecretBytes SECRET = SecretString.of(Vectors.text("sealed.plain")).utf8();

  private final DataKey key = DataKey.of("dek_test", OWNER, SecretBytes.of(Vectors.bytes("dek")));

  @Test
  void opensTheCommittedSecret() {
    assertThat(key.open(Vectors.bytes("sealed.bytes"), BINDING)).isEqualTo(SECRET);
  }

  /** The documented layout, opened by the platform's own cipher. */
  @Test
  void sealsInTheDocumentedLayout() throws GeneralSecurityException {
    byte[] sealed = key.seal(SECRET, BINDING);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(Vectors.bytes("dek"), "AES"),
        new GCMParameterSpec(128, sealed, 1, 12));
    cipher.updateAAD(BINDING.associatedData());

    assertThat(sealed[0]).isEqualTo((byte) 1);
    assertThat(sealed).hasSize(1 + 12 + SECRET.length() + 16);
    assertThat(SecretBytes.of(cipher.doFinal(sealed, 13, sealed.length - 13))).isEqualTo(SECRET);
  }

  @Test
  void opensWhatItSealed() {
    Random random = new Random(42);
    for (int length : new int[] {0, 1, 15, 16, 17, 1_000, DataKey.MAX_SECRET_BYTES}) {
      byte[] plain = new byte[length];
      random.nextBytes(plain);
      SecretBytes secret = SecretBytes.of(plain);
      assertThat(key.open(key.seal(secret, BINDING), BINDING)).isEqualTo(secret);
    }
  }

  @Test
  void sealsAnewEachTime() {
    Set<String> nonces = new HashSet<>();
    for (int round = 0; round < 1_000; round++) {
      byte[] sealed = key.seal(SECRET, BINDING);
      nonces.add(HexFormat.of().formatHex(Arrays.copyOfRange(sealed, 1, 13)));
    }
    assertThat(nonces).hasSize(1_000);
  }

  @Test
  void hostsOpenInAnyOrderAndLetterCase() {
    Set<String> spelled = Set.of("EU.API.openai.com:8443", "Api.OpenAI.com");
    SecretBinding same = new SecretBinding("org_1", "prj_1", "crd_1", 3, spelled);
    assertThat(key.open(Vectors.bytes("sealed.bytes"), same)).isEqualTo(SECRET);
  }

  static Stream<SecretBinding> otherBindings() {
    return Stream.of(
        new SecretBinding("org_2", "prj_1", "crd_1", 3, HOSTS),
        new SecretBinding("org_1", "prj_2", "crd_1", 3, HOSTS),
        new SecretBinding("org_1", null, "crd_1", 3, HOSTS),
        new SecretBinding("org_1", "prj_1", "crd_2", 3, HOSTS),
        new SecretBinding("org_1", "prj_1", "crd_1", 2, HOSTS),
        new SecretBinding("org_1", "prj_1", "crd_1", 3, Set.of()),
        new SecretBinding("org_1", "prj_1", "crd_1", 3, Set.of("api.openai.com")),
        new SecretBinding(
            "org_1", "prj_1", "crd_1", 3, Set.of("api.openai.com", "eu.api.openai.com")),
        new SecretBinding(
            "org_1",
            "prj_1",
            "crd_1",
            3,
            Set.of("api.openai.com", "eu.api.openai.com:8443", "evil.example")));
  }

  @ParameterizedTest
  @MethodSource("otherBindings")
  void opensForNoOtherBinding(SecretBinding other) {
    assertDoesNotOpen(key, Vectors.bytes("sealed.bytes"), other);
  }

  /**
   * Not only by comparing owners: the same key bytes under another owner's name do not open either.
   */
  @ParameterizedTest
  @MethodSource("otherBindings")
  void bindingIsPartOfTheCipherAndNotMerelyCompared(SecretBinding other) {
    DataKey renamed = DataKey.of("dek_test", other.owner(), SecretBytes.of(Vectors.bytes("dek")));
    assertDoesNotOpen(renamed, Vectors.bytes("sealed.bytes"), other);
  }

  @Test
  void opensUnderNoOtherKey() {
    byte[] other = Vectors.bytes("dek");
    other[31] ^= 1;
    assertDoesNotOpen(
        DataKey.of("dek_test", OWNER, SecretBytes.of(other)),
        Vectors.bytes("sealed.bytes"),
        BINDING);
  }

  @Test
  void noFlippedBitOpens() {
    byte[] sealed = Vectors.bytes("sealed.bytes");
    for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
      byte[] flipped = sealed.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertDoesNotOpen(key, flipped, BINDING);
    }
  }

  @Test
  void nothingCutOrLengthenedOpens() {
    byte[] sealed = Vectors.bytes("sealed.bytes");
    for (int length = 0; length < sealed.length; length++) {
      assertDoesNotOpen(key, Arrays.copyOf(sealed, length), BINDING);
      assertDoesNotOpen(
          key, Arrays.copyOfRange(sealed, sealed.length - length, sealed.length), BINDING);
    }
    assertDoesNotOpen(key, Arrays.copyOf(sealed, sealed.length + 1), BINDING);
  }

  @Test
  void twoRowsSwappedDoNotOpen() {
    SecretBinding second = new SecretBinding("org_1", "prj_1", "crd_2", 3, HOSTS);
    assertDoesNotOpen(key, key.seal(SECRET, second), BINDING);
    assertDoesNotOpen(key, key.seal(SECRET, BINDING), second);
  }

  @Test
  void sealsOnlyForItsOwnerAndWithinTheLimit() {
    SecretBinding foreign = new SecretBinding("org_2", "prj_1", "crd_1", 3, HOSTS);
    SecretBytes tooLarge = SecretBytes.of(new byte[DataKey.MAX_SECRET_BYTES + 1]);
    assertThatThrownBy(() -> key.seal(SECRET, foreign))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> key.seal(tooLarge, BINDING))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void printsNoKey() {
    assertThat(key).hasToString("DataKey[id=dek_test, [REDACTED]]");
  }

  private static void assertDoesNotOpen(DataKey key, byte[] sealed, SecretBinding binding) {
    assertThatThrownBy(() -> key.open(sealed, binding))
        .isExactlyInstanceOf(SecretDoesNotOpen.class)
        .hasMessage("the secret does not open")
        .hasNoCause()
        .hasNoSuppressedExceptions();
  }

  @Test
  void opensABodyInItsPlaceOnly() {
    BodyBinding place = new BodyBinding("org_1", "prj_1", "bod_1", "request");
    byte[] body = {1, 2, 3};
    byte[] sealed = key.sealBody(body, place);
    assertThat(key.openBody(sealed, place)).isEqualTo(body);
    for (BodyBinding other :
        new BodyBinding[] {
          new BodyBinding("org_1", "prj_1", "bod_2", "request"),
          new BodyBinding("org_1", "prj_1", "bod_1", "response"),
          new BodyBinding("org_1", "prj_2", "bod_1", "request"),
          new BodyBinding("org_2", "prj_1", "bod_1", "request")
        }) {
      assertThatThrownBy(() -> key.openBody(sealed, other)).isInstanceOf(SecretDoesNotOpen.class);
    }
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> key.openBody(flipped, place)).isInstanceOf(SecretDoesNotOpen.class);
    }
    assertThatThrownBy(
            () -> key.sealBody(body, new BodyBinding("org_1", "prj_2", "bod_1", "request")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The same words in another order, or cut elsewhere, are another body's place. */
  @Test
  void bindsABodyByCanonicalBytes() {
    assertThat(new BodyBinding("o", "p", "b1", "request").associatedData())
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "01"
                        + "0000000d746f6c6c676174652f626f6479"
                        + "000000016f"
                        + "0000000170"
                        + "000000026231"
                        + "0000000772657175657374"));
  }
}
