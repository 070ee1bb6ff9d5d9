package dev.tollgate.gateway.support;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Writes a model's name so that a reader who folds what looks alike takes it for the same. */
public final class ModelSpellings {

  private static final String INVISIBLE =
      "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\ufe0f\u034f\u180e\u3164\u2003";

  private static final List<Normalizer.Form> FORMS = List.of(Normalizer.Form.values());

  private final Random random;

  public ModelSpellings(Random random) {
    this.random = random;
  }

  public String of(String name) {
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
