package dev.tollgate.crypto.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretStringTest {

  private static final SecretAccess ACCESS = SecretAccess.granted();

  @Test
  void printsNothingOfTheValue() {
    assertThat(SecretString.of("sk-live")).hasToString("[REDACTED]");
    assertThat("key: " + SecretString.of("sk-live")).doesNotContain("live");
    assertThat(SecretBytes.of("sk-live".getBytes(StandardCharsets.UTF_8)))
        .hasToString("[REDACTED]");
  }

  @Test
  void revealsTheValueWithTheCapability() {
    assertThat(SecretString.of("sk-live").reveal(ACCESS)).isEqualTo("sk-live");
    assertThat(SecretBytes.of(new byte[] {1, 2}).reveal(ACCESS)).containsExactly(1, 2);
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks could try
  void revealsNothingWithoutTheCapability() {
    assertThatThrownBy(() -> SecretString.of("sk").reveal(null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> SecretBytes.of(new byte[] {1}).reveal(null))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void equalsByValue() {
    assertThat(SecretString.of("a"))
        .isEqualTo(SecretString.of("a"))
        .isNotEqualTo(SecretString.of("b"));
    assertThat(SecretBytes.of(new byte[] {1}))
        .isEqualTo(SecretBytes.of(new byte[] {1}))
        .isNotEqualTo(SecretBytes.of(new byte[] {2}))
        .isNotEqualTo(SecretBytes.of(new byte[] {1, 0}));
    assertThat(SecretString.of("a").equals((Object) "a")).isFalse();
  }

  @Test
  void hashTellsNothingOfTheValue() {
    assertThat(SecretString.of("a")).hasSameHashCodeAs(SecretString.of("b"));
    assertThat(SecretBytes.of(new byte[] {1})).hasSameHashCodeAs(SecretBytes.of(new byte[] {2}));
  }

  @Test
  void isNotSerializable() {
    assertThat((Object) SecretString.of("a")).isNotInstanceOf(Serializable.class);
    assertThat((Object) SecretBytes.of(new byte[1])).isNotInstanceOf(Serializable.class);
  }

  @Test
  void bytesAreCopiedInAndOut() {
    byte[] given = {1, 2, 3};
    SecretBytes secret = SecretBytes.of(given);
    given[0] = 9;
    SecretBytes.wipe(secret.reveal(ACCESS));

    assertThat(secret.reveal(ACCESS)).containsExactly(1, 2, 3);
    assertThat(secret.length()).isEqualTo(3);
  }

  @Test
  void wipeOverwritesTheCopy() {
    byte[] copy = {1, 2, 3};
    SecretBytes.wipe(copy);
    assertThat(copy).containsOnly(0);
  }

  @Test
  void textAndBytesConvertWithoutTheCapability() {
    SecretString text = SecretString.of("{\"api_key\":\"schlüssel\"}");
    assertThat(text.utf8().utf8()).isEqualTo(text);
    assertThat(text.utf8().reveal(ACCESS))
        .isEqualTo("{\"api_key\":\"schlüssel\"}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void bytesThatAreNoTextAreRefusedWithoutRepeatingThem() {
    SecretBytes notUtf8 = SecretBytes.of(new byte[] {'s', 'k', (byte) 0xFF});
    assertThatThrownBy(notUtf8::utf8)
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessage("the secret is not UTF-8 text");
  }
}
