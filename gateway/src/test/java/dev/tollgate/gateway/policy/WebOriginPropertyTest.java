package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Against a regular expression, which is slower and plainly right. */
class WebOriginPropertyTest {

  private static final int ROUNDS = 200_000;
  private static final Pattern FORM =
      Pattern.compile(
          "([a-z][a-z0-9+.-]{0,31})://(\\[[0-9a-f:.]{2,45}]|[a-z0-9._*-]{1,255})(?::([0-9]{1,5}))?");
  private static final String[] PARTS = {
    "https",
    "http",
    "x-1+a",
    "1",
    "://",
    "://",
    "://",
    ":",
    "/",
    "a.example",
    "A",
    "*.",
    "*",
    "[::1]",
    "[",
    "]",
    ":443",
    ":80",
    ":8080",
    ":123456",
    ":",
    ".",
    "-",
    "_",
    " ",
    "ü",
    "\u212a",
    "@",
    "\n",
    ""
  };

  @Test
  void readsWhatTheExpressionReads() {
    Random random = new Random(20_261_121);
    int origins = 0;
    for (int i = 0; i < ROUNDS; i++) {
      String text = text(random);
      WebOrigin expected = oracle(text);
      origins += expected == null ? 0 : 1;
      assertThat(WebOrigin.parse(text)).as(text).isEqualTo(expected);
    }
    assertThat(origins).as("both outcomes must occur").isBetween(ROUNDS / 50, ROUNDS / 2);
  }

  /** Half of them begin as an origin does. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "https://" : "");
    int parts = 1 + random.nextInt(5);
    for (int i = 0; i < parts; i++) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
    }
    if (random.nextInt(50) == 0) {
      text.append("a".repeat(230 + random.nextInt(40)));
    }
    return text.toString();
  }

  private static @Nullable WebOrigin oracle(String text) {
    Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches() || text.indexOf('*') >= 0) {
      return null;
    }
    String port = parts.group(3) == null ? "" : parts.group(3);
    boolean silent =
        (parts.group(1).equals("https") && port.equals("443"))
            || (parts.group(1).equals("http") && port.equals("80"));
    return new WebOrigin(parts.group(1), parts.group(2), silent ? "" : port);
  }
}
