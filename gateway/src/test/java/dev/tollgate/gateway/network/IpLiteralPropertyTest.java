package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against a regular expression, which is slower and plainly right. */
class IpLiteralPropertyTest {

  private static final int ROUNDS = 200_000;
  private static final Pattern IPV4 =
      Pattern.compile("(?:[0-9A-Fa-f:]*:)?(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");
  private static final String[] PARTS = {
    "1", "0", "01", "255", "256", "1000", ".", ".", ".", ".", ":", "::", "ffff", "A", "g", "%", "[",
    "٣", "1.2.3.4", "10.0.0.", " ", "-1", ""
  };

  @Test
  void readsWhatTheExpressionReads() {
    Random random = new Random(20_261_121);
    int addresses = 0;
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder();
      int parts = 1 + random.nextInt(8);
      for (int j = 0; j < parts; j++) {
        text.append(PARTS[random.nextInt(PARTS.length)]);
      }
      byte[] expected = oracle(text.toString());
      addresses += expected == null ? 0 : 1;
      assertThat(IpLiteral.bytes(text.toString())).as("%s", text).isEqualTo(expected);
    }
    assertThat(addresses).as("both outcomes must occur").isBetween(ROUNDS / 100, ROUNDS / 2);
  }

  private static byte @Nullable [] oracle(String text) {
    boolean unreadable =
        text.length() > 45
            || text.indexOf('%') >= 0
            || text.indexOf('[') >= 0
            || (text.indexOf('.') >= 0 && !IPV4.matcher(text).matches());
    return unreadable ? null : NetUtil.createByteArrayFromIpAddressString(text);
  }
}
