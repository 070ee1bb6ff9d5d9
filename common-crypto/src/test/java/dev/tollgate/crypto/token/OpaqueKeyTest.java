package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tollgate.crypto.Vectors;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpaqueKeyTest {

  private static final String VIRTUAL = Vectors.text("key.virtual");

  @Test
  void encodesTheCommittedVectors() {
    byte[] random = Vectors.bytes("key.random");
    assertThat(encode(KeyKind.VIRTUAL_KEY, random)).isEqualTo(VIRTUAL);
    assertThat(encode(KeyKind.ADMIN_KEY, random)).isEqualTo(Vectors.text("key.admin"));
    assertThat(encode(KeyKind.VIRTUAL_KEY, new byte[32])).isEqualTo(Vectors.text("key.zeros"));
    assertThat(encode(KeyKind.VIRTUAL_KEY, ones())).isEqualTo(Vectors.text("key.ones"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"key.virtual", "key.zeros", "key.ones"})
  void committedKeysAreWellFormed(String name) {
    assertThat(OpaqueKey.isWellFormed(KeyKind.VIRTUAL_KEY, Vectors.text(name))).isTrue();
    assertThat(OpaqueKey.isWellFormed(KeyKind.ADMIN_KEY, Vectors.text(name))).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void generatedKeysAreWellFormedAndNeverRepeat(KeyKind kind) {
    Set<String> keys = new HashSet<>();
    for (int round = 0; round < 500; round++) {
      String key = reveal(OpaqueKey.generate(kind));
      assertThat(key).matches(kind.prefix() + "[0-9A-Za-z]{49}");
      assertThat(OpaqueKey.isWellFormed(kind, key)).isTrue();
      keys.add(key);
    }
    assertThat(keys).hasSize(500);
  }

  @Test
  void encodingIsBigEndianBase62OfTheBytes() {
    Random random = new Random(20261101);
    byte[] bytes = new byte[32];
    for (int round = 0; round < 500; round++) {
      random.nextBytes(bytes);
      Arrays.fill(bytes, 0, random.nextInt(33), (byte) 0);
      assertThat(decode(encode(KeyKind.VIRTUAL_KEY, bytes).substring(4, 47)))
          .isEqualTo(new BigInteger(1, bytes));
    }
  }

  @Test
  void everyChangedCharacterIsNoticed() {
    for (int position = 0; position < VIRTUAL.length(); position++) {
      for (char replacement = 0; replacement < 130; replacement++) {
        if (replacement != VIRTUAL.charAt(position)) {
          assertMalformed(
              VIRTUAL.substring(0, position) + replacement + VIRTUAL.substring(position + 1));
        }
      }
    }
  }

  @Test
  void everySwapOfTwoNeighboursIsNoticed() {
    for (int position = 0; position + 1 < VIRTUAL.length(); position++) {
      char[] swapped = VIRTUAL.toCharArray();
      swapped[position] = VIRTUAL.charAt(position + 1);
      swapped[position + 1] = VIRTUAL.charAt(position);
      if (swapped[position] != swapped[position + 1]) {
        assertMalformed(new String(swapped));
      }
    }
  }

  @Test
  void everyOtherLengthIsNoticed() {
    for (int length = 0; length < VIRTUAL.length(); length++) {
      assertMalformed(VIRTUAL.substring(0, length));
    }
    assertMalformed(VIRTUAL + "0");
    assertMalformed(VIRTUAL + "\n");
    assertMalformed(" " + VIRTUAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tgk_",
        "TGK_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0BviBn",
        "sk-proj-abcdef",
        "é",
        "\uD83D\uDD11"
      })
  void otherKeysAreNotOurs(String other) {
    assertMalformed(other);
  }

  /** 62⁶ is larger than 2³²: a checksum beyond it must not wrap round to the right one. */
  @Test
  void aChecksumBeyondThirtyTwoBitsIsNoticed() {
    String checked = VIRTUAL.substring(0, 47);
    BigInteger beyond = decode(VIRTUAL.substring(47)).add(BigInteger.TWO.pow(32));
    assertMalformed(checked + Base62.encode(beyond, 6));
  }

  /** A stranger counted as the digit −1 would spell {@code …0z} as {@code …1!}. */
  @Test
  void aChecksumSpelledWithABorrowIsNoticed() {
    byte[] random = new byte[32];
    String key = encode(KeyKind.VIRTUAL_KEY, random);
    while (!key.matches(".*[0-8A-Ya-y]z")) {
      random[31]++;
      key = encode(KeyKind.VIRTUAL_KEY, random);
    }
    assertMalformed(key.substring(0, 51) + (char) (key.charAt(51) + 1) + "!");
  }

  @Test
  void checksumIsThePlatformsCrc32() {
    Random random = new Random(3);
    for (int length = 0; length < 300; length++) {
      byte[] ascii = new byte[length];
      for (int i = 0; i < length; i++) {
        ascii[i] = (byte) random.nextInt(128);
      }
      CRC32 expected = new CRC32();
      expected.update(ascii);
      assertThat(Crc32.of(new String(ascii, StandardCharsets.US_ASCII), length))
          .isEqualTo(expected.getValue());
    }
  }

  @Test
  void theCheckAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    String malformed = VIRTUAL.substring(0, 52) + "x";
    boolean any = checkOften(malformed);
    long before = threads.getCurrentThreadAllocatedBytes();
    any |= checkOften(malformed);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(any).isFalse();
    assertThat(allocated)
        .isLessThan(10_000); // 20,000 checks: less than one byte each, the rest is the measuring
  }

  @Test
  void lastFourMayBeShown() {
    assertThat(OpaqueKey.last4(SecretString.of(VIRTUAL))).isEqualTo("viBn");
    SecretString short4 = SecretString.of("abcd");
    assertThatThrownBy(() -> OpaqueKey.last4(short4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("abcd");
  }

  @Test
  void base62RefusesWhatDoesNotFit() {
    BigInteger tooLarge = BigInteger.valueOf(62);
    assertThatThrownBy(() -> Base62.encode(tooLarge, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static boolean checkOften(String key) {
    boolean any = false;
    for (int round = 0; round < 10_000; round++) {
      any |= OpaqueKey.isWellFormed(KeyKind.VIRTUAL_KEY, key);
      any |= !OpaqueKey.isWellFormed(KeyKind.VIRTUAL_KEY, VIRTUAL);
    }
    return any;
  }

  private static void assertMalformed(String key) {
    assertThat(OpaqueKey.isWellFormed(KeyKind.VIRTUAL_KEY, key)).as(key).isFalse();
  }

  private static String encode(KeyKind kind, byte[] random) {
    return reveal(OpaqueKey.encode(kind, random));
  }

  private static String reveal(SecretString key) {
    return key.reveal(SecretAccess.granted());
  }

  private static BigInteger decode(String digits) {
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < digits.length(); i++) {
      BigInteger digit = BigInteger.valueOf(Base62.digit(digits.charAt(i)));
      value = value.multiply(BigInteger.valueOf(62)).add(digit);
    }
    return value;
  }

  private static byte[] ones() {
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xFF);
    return ones;
  }
}
