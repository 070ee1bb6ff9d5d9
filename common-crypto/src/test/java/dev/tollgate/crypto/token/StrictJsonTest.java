package dev.tollgate.crypto.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.token.StrictJson.Literal;
import dev.tollgate.crypto.token.StrictJson.MalformedJsonException;
import dev.tollgate.crypto.token.StrictJson.Null;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

  @Test
  void readsEveryKindOfValueAndNumbersAsWritten() throws MalformedJsonException {
    assertThat(
            StrictJson.parseObject(
                "{\"s\":\"ü\\u0041\",\"n\":1.500,\"e\":-1E400,\"t\":true,\"z\":null,\"a\":[1,\"x\"],\"o\":{\"a\":1}}"))
        .isEqualTo(
            Map.of(
                "s",
                "üA",
                "n",
                new Literal("1.500"),
                "e",
                new Literal("-1E400"),
                "t",
                true,
                "z",
                Null.NULL,
                "a",
                List.of(new Literal("1"), "x"),
                "o",
                Map.of("a", new Literal("1"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " {}",
        "\uFEFF{}",
        "[]",
        "1",
        "null",
        "{",
        "{}}",
        "{} {}",
        "{}x",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\"=1}",
        "{\"a\":1;\"b\":2}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":0x1}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":True}",
        "{\"a\":x}",
        "{\"a\":[1,]}",
        "{\"a\":[,1]}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u00g0\"}",
        "{\"a\":1/*c*/}",
        "{\"a\":1}//c",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"a\":null,\"a\":1}",
        "{\"o\":{\"b\":1,\"b\":1}}",
        "{\"a\":[{\"b\":1,\"b\":1}]}",
        "{\"a\":[[[[[[[[1]]]]]]]]}"
      })
  void refusesAnythingElse(String text) {
    assertRefused(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void refusesWhatIsNotUtf8() {
    assertRefused(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, '"', '}'});
    assertRefused(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC0, (byte) 0x80, '"', '}'});
    assertRefused(new byte[] {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'});
  }

  @Test
  void takesNestingUpToItsBound() throws MalformedJsonException {
    assertThat(StrictJson.parseObject("{\"a\":[[[[[[[1]]]]]]]}")).hasSize(1);
  }

  private static void assertRefused(byte[] utf8) {
    assertThatThrownBy(() -> StrictJson.parseObject(utf8))
        .isExactlyInstanceOf(MalformedJsonException.class)
        .hasMessage("malformed JSON")
        .hasNoCause();
  }
}
