package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No order of the lists and no spelling lets a denied model through. */
class ModelSpellingPropertyTest {

  private static final List<String> NAMES =
      List.of("gpt-4o", "claude-sonnet-4", "models/gemini-2.5-pro", "dall-e-3", "kimi-k2", "sonar");
  private static final String INVISIBLE =
      "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\ufe0f\u034f\u180e\u3164\u2003";

  private static final List<Normalizer.Form> FORMS = List.of(Normalizer.Form.values());

  private final Random random = new Random(20261121);

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
      String spelled = spelled(name);

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

  private String spelled(String name) {
    StringBuilder spelled = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char letter = name.charAt(i);
      if (random.nextInt(8) == 0) {
        spelled.append(INVISIBLE.charAt(random.nextInt(INVISIBLE.length())));
      }
      spelled.append(otherForm(letter));
    }
    Normalizer.Form form = FORMS.get(random.nextInt(FORMS.size()));
    return random.nextBoolean() ? spelled.toString() : Normalizer.normalize(spelled, form);
  }

  private String otherForm(char letter) {
    return switch (random.nextInt(6)) {
      case 0 -> String.valueOf(letter).toUpperCase(Locale.ROOT);
      // Full width.
      case 1 -> String.valueOf((char) (letter + 0xFEE0));
      case 2 -> letter == 's' ? "\u017f" : letter == 'k' ? "\u212a" : String.valueOf(letter);
      default -> String.valueOf(letter);
    };
  }
}
