package dev.tollgate.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.api.Encoding;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The estimate against a real encoding, on random text of many languages. */
class TextEstimatePropertyTest {

  private static final int TEXTS = 5_000;

  private static final String SMALL = "abcdefghijklmnopqrstuvwxyz";
  private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
  private static final int LETTERS = 6_000;

  private final Encoding encoding = Bodies.ENCODINGS.load(TextEncoding.O200K);
  private final Encoding older = Bodies.ENCODINGS.load(TextEncoding.CL100K);
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

  /** A caller who wants to pay less might write such words; they cost more tokens than English. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        SMALL,
        CONSONANTS,
        "qxzjvwk",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        SMALL + "0123456789",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "\u0001\u0002\u0003\u0004",
        "0123456789"
      })
  void errsHighOnRandomLetters(String letters) {
    for (int word : new int[] {3, 4, 5, 7, 9, 12, 19, LETTERS}) {
      assertNotBelow(random(letters, word), 1);
    }
  }

  private String random(String letters, int word) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= LETTERS; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
      if (i % word == 0) {
        text.append(' ');
      }
    }
    return text.toString();
  }

  /** The nearest to a language that is none. */
  @Test
  void errsHighOnRandomSyllables() {
    for (int syllables : new int[] {2, 3, 4, 6}) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < LETTERS; i++) {
        text.append(random(CONSONANTS, 1), 0, 1).append(random("aeiou", 1), 0, 1);
        text.append(i % syllables == 0 ? " " : "");
      }
      assertNotBelow(text.toString(), 2);
    }
  }

  @Test
  void errsHighOnRandomBytesHoweverWritten() {
    byte[] bytes = new byte[600];
    for (int i = 0; i < 500; i++) {
      random.nextBytes(bytes);
      StringBuilder uuids = new StringBuilder();
      for (int j = 0; j < 20; j++) {
        uuids.append(new UUID(random.nextLong(), random.nextLong())).append('\n');
      }
      for (String text :
          List.of(
              Base64.getEncoder().encodeToString(bytes),
              Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
              HexFormat.of().formatHex(bytes),
              HexFormat.of().withUpperCase().formatHex(bytes),
              uuids.toString())) {
        assertNotBelow(text, 0);
      }
    }
  }

  /** Prose of many languages, code and data; not so high that it is of no use. */
  @Test
  void errsHighOnWhatPeopleWrite() {
    for (String sample : Samples.TEXTS) {
      assertNotBelow(sample, 0);
    }
    for (String sample : List.of(Samples.TEXTS.getFirst(), Samples.CODE)) {
      assertThat(estimate(sample) * 10).isLessThan(older.countTokensOrdinary(sample) * 21L);
    }
  }

  /** Of both encodings, but for so many hundredths. */
  private void assertNotBelow(String text, int hundredths) {
    long count = Math.max(encoding.countTokensOrdinary(text), older.countTokensOrdinary(text));
    assertThat(estimate(text) * (100 + hundredths)).as(text).isGreaterThanOrEqualTo(count * 100);
  }

  private static long estimate(String text) {
    TextEstimate estimate = new TextEstimate();
    estimate.add(text.toCharArray(), 0, text.length());
    estimate.end();
    return estimate.tokens();
  }
}
