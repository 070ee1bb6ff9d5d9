package dev.tollgate.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.api.Encoding;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The estimate against a real encoding, on random text of many languages. */
class TextEstimatePropertyTest {

  private static final int TEXTS = 5_000;

  private final Encoding encoding = Bodies.ENCODINGS.load(TextEncoding.O200K);
  private final Random random = new Random(20261121);

  @Test
  void errsHighOnMixturesOfLanguages() {
    assertErrsHigh("mixed", () -> words(Samples.TEXTS, 5 + random.nextInt(60)));
  }

  @Test
  void errsHighOnEachLanguage() {
    assertErrsHigh(
        "one language",
        () -> {
          String sample = Samples.TEXTS.get(random.nextInt(Samples.TEXTS.size()));
          return words(List.of(sample), 5 + random.nextInt(60));
        });
  }

  private void assertErrsHigh(String what, java.util.function.Supplier<String> texts) {
    int low = 0;
    long estimated = 0;
    long counted = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = texts.get();
      long estimate = estimate(text);
      long count = encoding.countTokensOrdinary(text);
      low += estimate < count ? 1 : 0;
      estimated += estimate;
      counted += count;
    }
    System.out.printf(
        "estimate of %s text: below the count in %d of %d, on average %.2f of it%n",
        what, low, TEXTS, estimated / (double) counted);
    assertThat(low).isLessThanOrEqualTo(TEXTS / 1_000);
    assertThat(estimated).isLessThan(3 * counted);
  }

  /** Words in random order; of languages without spaces whole phrases. */
  private String words(List<String> samples, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String[] words = samples.get(random.nextInt(samples.size())).split(" ", -1);
      text.append(words[random.nextInt(words.length)]).append(random.nextInt(12) == 0 ? "\n" : " ");
    }
    return text.toString();
  }

  @Test
  void errsHighOnRandomBytesInBase64AndHex() {
    byte[] bytes = new byte[600];
    for (int i = 0; i < 500; i++) {
      random.nextBytes(bytes);
      for (String text :
          List.of(
              java.util.Base64.getEncoder().encodeToString(bytes),
              java.util.HexFormat.of().formatHex(bytes))) {
        assertThat(estimate(text) * 10).isGreaterThan(encoding.countTokensOrdinary(text) * 9L);
      }
    }
  }

  private static long estimate(String text) {
    TextEstimate estimate = new TextEstimate();
    estimate.add(text.toCharArray(), 0, text.length());
    estimate.end();
    return estimate.tokens();
  }
}
