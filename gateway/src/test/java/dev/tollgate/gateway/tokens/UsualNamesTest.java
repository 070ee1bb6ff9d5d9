package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsualNamesTest {

  @Test
  void knowsEachOfThemWhereverItStands() {
    for (String name : UsualNames.ALL) {
      byte[] bytes = (" \"" + name + "\"}").getBytes(UTF_8);
      assertThat(UsualNames.find(bytes, 2, 2 + name.length())).isSameAs(name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "r", "Role", "rule", "role2", "rol", "roll", "message", "\u00e9", "~~~~"})
  void knowsNoOther(String name) {
    byte[] bytes = name.getBytes(UTF_8);
    assertThat(UsualNames.find(bytes, 0, bytes.length)).isNull();
  }

  @Test
  void readsBytesThatAreNotAscii() {
    byte[] bytes = {-1, -128, -1, -77};
    assertThat(UsualNames.find(bytes, 0, bytes.length)).isNull();
  }
}
