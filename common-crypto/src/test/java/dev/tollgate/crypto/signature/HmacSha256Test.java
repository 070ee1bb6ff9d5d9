package dev.tollgate.crypto.signature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.crypto.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HmacSha256Test {

  /** RFC 4231, test case 2. */
  private static final HmacSha256 JEFE = new HmacSha256(SecretBytes.of(ascii("Jefe")));

  private static final byte[] MESSAGE = ascii("what do ya want for nothing?");
  private static final byte[] EXPECTED =
      HexFormat.of().parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

  @Test
  void agreesWithTheRfc() {
    assertThat(JEFE.of(MESSAGE)).isEqualTo(EXPECTED);
  }

  @Test
  void verifiesOnlyThatMac() {
    byte[] changed = EXPECTED.clone();
    changed[31] ^= 1;
    assertThat(JEFE.verifies(MESSAGE, EXPECTED)).isTrue();
    assertThat(JEFE.verifies(MESSAGE, changed)).isFalse();
    assertThat(JEFE.verifies(MESSAGE, new byte[0])).isFalse();
  }

  @Test
  void isSharedByThreadsWithoutMixingTheirMessages() throws Exception {
    List<Callable<byte[]>> calls =
        IntStream.range(0, 4_000)
            .<Callable<byte[]>>mapToObj(i -> () -> JEFE.of(message(i)))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<byte[]>> macs = threads.invokeAll(calls);
      for (int i = 0; i < macs.size(); i++) {
        assertThat(macs.get(i).get()).isEqualTo(JEFE.of(message(i)));
      }
    }
  }

  @Test
  void printsNoKey() {
    assertThat(JEFE.toString()).isEqualTo("HmacSha256[[REDACTED]]");
  }

  private static byte[] message(int number) {
    return ascii("message " + number);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
