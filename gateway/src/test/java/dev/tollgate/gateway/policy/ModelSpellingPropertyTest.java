package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.ModelSpellings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No order of the lists and no spelling lets a denied model through. */
class ModelSpellingPropertyTest {

  private static final List<String> NAMES =
      List.of("gpt-4o", "claude-sonnet-4", "models/gemini-2.5-pro", "dall-e-3", "kimi-k2", "sonar");
  private final Random random = new Random(20261121);
  private final ModelSpellings spellings = new ModelSpellings(random);

  @Test
  void deniesEverySpelling() {
    for (int round = 0; round < 20_000; round++) {
      String name = NAMES.get(random.nextInt(NAMES.size()));
      String pattern = random.nextBoolean() ? name : name.substring(0, 4) + "*";
      List<String> denied = new ArrayList<>(List.of("x*", pattern, "other", "*-none"));
      List<String> allowed = new ArrayList<>(List.of("*", "a*", name, pattern));
      Collections.shuffle(denied, random);
      Collections.shuffle(allowed, random);
      ModelRules rules = ModelRules.compile(random.nextBoolean() ? allowed : null, denied);
      String spelled = spellings.of(name);

      assertThat(rules.allows(spelled)).as("%s as %s", pattern, spelled).isFalse();
    }
  }

  @Test
  void keepsOtherNamesApart() {
    ModelRules rules = ModelRules.compile(null, List.of("gpt-4o"));

    assertThat(rules.allows("gpt-4o-mini")).isTrue();
    assertThat(rules.allows("gpt-4\u00f6")).isTrue();
    assertThat(rules.allows("\u0433pt-4o")).isTrue();
  }
}
