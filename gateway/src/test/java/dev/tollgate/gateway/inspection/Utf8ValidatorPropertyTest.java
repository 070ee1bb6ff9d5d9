package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8ValidatorPropertyTest {

  private static final byte[][] PIECES = {
    bytes("61"),
    bytes("6162636465666768696a6b6c6d6e6f707172737475767778797a6162636465666768696a6b6c"),
    bytes("c3a4"),
    bytes("e282ac"),
    bytes("f09f9880"),
    bytes("ed9fbf"),
    bytes("ee8080"),
    bytes("f48fbfbf"),
    bytes("c2"),
    bytes("c1bf"),
    bytes("e09f80"),
    bytes("eda080"),
    bytes("f08f8080"),
    bytes("f4908080"),
    bytes("80"),
    bytes("ff"),
  };

  @Test
  void agreesWithTheJdkOnEveryPairOfBytesBeforeEachKindOfThird() {
    for (int pair = 0; pair < 1 << 16; pair++) {
      for (int third : new int[] {'a', 0x80, 0xBF, 0xC2}) {
        byte[] bytes = {(byte) (pair >>> 8), (byte) pair, (byte) third};
        assertThat(whole(bytes)).isEqualTo(jdk(bytes));
      }
    }
  }

  @Test
  void agreesWithTheJdkWhereverTheChunksAreCut() {
    Random random = new Random(42);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = text(random);
      assertThat(inChunks(bytes, random)).as(HexFormat.of().formatHex(bytes)).isEqualTo(jdk(bytes));
    }
  }

  private static byte[] text(Random random) {
    byte[] text = new byte[0];
    int valid = random.nextInt(3) == 0 ? PIECES.length : 8;
    for (int i = random.nextInt(8); i >= 0; i--) {
      byte[] piece = PIECES[random.nextInt(valid)];
      text = Arrays.copyOf(text, text.length + piece.length);
      System.arraycopy(piece, 0, text, text.length - piece.length, piece.length);
    }
    return text;
  }

  private static boolean inChunks(byte[] bytes, Random random) {
    Utf8Validator validator = new Utf8Validator();
    for (int at = 0; at < bytes.length; ) {
      int next = Math.min(bytes.length, at + 1 + random.nextInt(bytes.length));
      if (!validator.accept(bytes, at, next)) {
        return false;
      }
      at = next;
    }
    return validator.isComplete();
  }

  private static boolean whole(byte[] bytes) {
    Utf8Validator validator = new Utf8Validator();
    return validator.accept(bytes, 0, bytes.length) && validator.isComplete();
  }

  private static boolean jdk(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
