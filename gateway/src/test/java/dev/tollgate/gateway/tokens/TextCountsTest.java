package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Scheduler;
import com.knuddels.jtokkit.api.Encoding;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.tokens.PromptReader.Asked;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TextCountsTest {

  private static final List<String> UNITS =
      List.of(
          "word ", "12 ", "\\n", "\\\"", "\\\\", "\\u00e9", "é", "😀", "  ", "don't ", "}", "[");

  private final Encoding encoding = Bodies.ENCODINGS.load(TextEncoding.O200K);
  private final TextCounts counts = new TextCounts();

  @Test
  void countsPiecesTheSameWhetherItRemembersOrNot() {
    String text = "The quick brown fox jumps over the lazy dog, and then it goes home to sleep.";
    for (String piece : List.of(text, text.substring(0, 20), text, text + text)) {
      assertThat(counts.of("org_1", encoding).count(piece))
          .isEqualTo(counts.of("org_2", encoding).count(piece))
          .isEqualTo(counts.of("org_1", encoding).count(piece))
          .isEqualTo(encoding.countTokensOrdinary(piece));
    }
  }

  /**
   * Texts of all lengths, some of them longer than what is looked at at once, or cut by its end.
   */
  @RepeatedTest(20)
  void countsBodiesTheSameWhetherItRemembersOrNot(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    String body =
        IntStream.range(0, 1 + random.nextInt(12))
            .mapToObj(i -> "{\"role\":\"user\",\"content\":\"" + text(random) + "\"}")
            .collect(Collectors.joining(" , ", "{\"messages\":[", "],\"max_tokens\":7}"));
    TokenEstimate counted = read(body, new CountedText(encoding::countTokensOrdinary, () -> 0, 1));
    assertThat(counted.maxOutput()).isEqualTo(7);
    for (int i = 0; i < 3; i++) {
      assertThat(read(body, remembering())).isEqualTo(counted);
    }
  }

  @Test
  void knowsNoTextByWhatAnotherReadsLike() {
    String newline = "one\\ntwo ".repeat(12);
    String backslash = "one\\\\ntwo ".repeat(12);
    for (String text : List.of(newline, backslash, newline, backslash)) {
      String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
      assertThat(read(body, remembering()))
          .usingRecursiveComparison()
          .isEqualTo(read(body, new CountedText(encoding::countTokensOrdinary, () -> 0, 1)));
    }
  }

  @Test
  void knowsTextsOfEqualHashesApart() {
    int bits = 13;
    CountedText.Counting one = counts.of("org_1", encoding);
    CountedText.Counting other = counts.of("org_2", encoding);
    for (int i = 0; i < 1 << bits; i++) {
      one.remember(equallyHashed(i, bits), i);
      other.remember(equallyHashed(i, bits), -i);
    }
    assertThat(equallyHashed(1, bits)).isNotEqualTo(equallyHashed(2, bits));
    assertThat(equallyHashed(1, bits)).hasSameHashCodeAs(equallyHashed(2, bits));
    for (int i = 0; i < 1 << bits; i++) {
      assertThat(one.recall(equallyHashed(i, bits))).isEqualTo(i);
      assertThat(other.recall(equallyHashed(i, bits))).isEqualTo(-i);
    }
  }

  /** Pieces of equal hash, too: these are what bodies are cut into that are not looked up whole. */
  @Test
  void knowsPiecesOfEqualHashesApart() {
    int bits = 11;
    String first = equallyHashedPiece(1, bits);
    assertThat(first).hasSameHashCodeAs(equallyHashedPiece(2, bits));
    CountedText.Counting counting = counts.of("org_1", encoding);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1 << bits; i++) {
        String piece = equallyHashedPiece(i, bits);
        assertThat(counting.count(piece)).isEqualTo(encoding.countTokensOrdinary(piece));
      }
    }
  }

  private static String equallyHashedPiece(int number, int bits) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < bits; bit++) {
      text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return text.toString();
  }

  /** The sum stays the same where the polynomial that it is made by is added to a text. */
  private static Written equallyHashed(int number, int bits) {
    long polynomial = 1 | (0x82F6_3B78L << 1);
    int length = 5;
    byte[] text = new byte[length * bits];
    for (int i = 0; i < text.length; i++) {
      boolean added = ((number >> (i / length)) & 1) == 1;
      text[i] = (byte) ('a' ^ (added ? polynomial >> (Byte.SIZE * (i % length)) : 0));
    }
    return new Written(text, 0, text.length);
  }

  private static Written written(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Written(bytes, 0, bytes.length);
  }

  @Test
  void findsATextInTheBytesOfADocument() {
    CountedText.Counting counting = counts.of("org_1", encoding);
    byte[] document = "{\"content\":\"known\"}".getBytes(UTF_8);
    Written inDocument = new Written(document, 12, 17);
    counting.remember(inDocument.kept(), 7);
    assertThat(counting.recall(inDocument)).isEqualTo(7);

    document[12] = 'K';
    assertThat(counting.recall(new Written(document, 12, 17))).isNull();
    assertThat(counting.recall(written("known"))).isEqualTo(7);
  }

  /**
   * Words of people are not to lie in memory for ever, least of all where nobody comes any more.
   */
  @Test
  void keepsNoTextThatNobodyUses() {
    AtomicLong nanos = new AtomicLong();
    List<Runnable> scheduled = new ArrayList<>();
    TextCounts timed =
        new TextCounts(
            nanos::get,
            (executor, command, delay, unit) -> {
              scheduled.add(command);
              return new CompletableFuture<>();
            });
    CountedText.Counting counting = timed.of("org_1", encoding);
    counting.remember(written("used"), 1);
    counting.remember(written("unused"), 2);
    nanos.addAndGet(TimeUnit.MINUTES.toNanos(6));
    assertThat(counting.recall(written("used"))).isEqualTo(1);
    nanos.addAndGet(TimeUnit.MINUTES.toNanos(6));
    assertThat(counting.recall(written("used"))).isEqualTo(1);
    assertThat(counting.recall(written("unused"))).isNull();

    nanos.addAndGet(TimeUnit.MINUTES.toNanos(11));
    List.copyOf(scheduled).forEach(Runnable::run);
    assertThat(timed.size()).isZero();
  }

  @Test
  void keepsATextThatIsUsedAllTheTime() {
    AtomicLong nanos = new AtomicLong();
    TextCounts timed = new TextCounts(nanos::get, Scheduler.disabledScheduler());
    CountedText.Counting counting = timed.of("org_1", encoding);
    counting.remember(written("used"), 1);
    for (int i = 0; i < 2 * 60 * 11; i++) {
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
      assertThat(counting.recall(written("used"))).isEqualTo(1);
    }
  }

  private CountedText remembering() {
    return new CountedText(counts.of("org_1", encoding), () -> 0, TimeUnit.SECONDS.toNanos(1));
  }

  private static String text(Random random) {
    int units = 1 << random.nextInt(13);
    return IntStream.range(0, 1 + random.nextInt(units))
        .mapToObj(i -> UNITS.get(random.nextInt(UNITS.size())))
        .collect(Collectors.joining());
  }

  private static TokenEstimate read(String json, TextSink texts) {
    Endpoint chat = Bodies.endpoint(Protocol.OPENAI, Operation.CHAT_COMPLETION);
    Asked asked = new Asked("gpt-4o", TextEncoding.O200K, chat);
    return new PromptReader(
            new JsonBody(Unpooled.wrappedBuffer(json.getBytes(UTF_8))), texts, asked)
        .read();
  }
}
