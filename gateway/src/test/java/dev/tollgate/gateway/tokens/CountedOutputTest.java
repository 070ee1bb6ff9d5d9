package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.IntArrayList;
import dev.tollgate.gateway.usage.RecordedAnswer;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageReader;
import dev.tollgate.gateway.usage.UsageReaders;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What passes of a stream whose model's encoding is known. */
class CountedOutputTest {

  /** Beside the text. */
  private static final int ONCE = 4;

  private static final Encoding O200K = Bodies.ENCODINGS.load(TextEncoding.O200K);

  private final OutputTokens passed = new OutputTokens(O200K::countTokensOrdinary);

  private void pass(String piece) {
    byte[] bytes = piece.replace("\\", "\\\\").getBytes(UTF_8);
    passed.text(bytes, 0, bytes.length);
    passed.textEnded();
  }

  private static long count(String text) {
    return O200K.countTokensOrdinary(text);
  }

  /** A provider sends a token, or a few, at a time. */
  @Test
  void isExactWhereEachPieceIsAToken() {
    String text = Samples.TEXTS.getFirst();
    IntArrayList tokens = O200K.encodeOrdinary(text);
    for (int i = 0; i < tokens.size(); i++) {
      IntArrayList one = new IntArrayList(1);
      one.add(tokens.get(i));
      pass(O200K.decode(one));
      assertThat(passed.estimate()).isEqualTo(i + 1 + ONCE);
    }
    assertThat(passed.estimate()).isEqualTo(count(text) + ONCE);
  }

  @Test
  void countsEachPieceForItselfHoweverTextsAreCut() {
    Random random = new Random(20_261_122);
    long sum = 0;
    for (String text : Samples.TEXTS) {
      int[] points = text.codePoints().toArray();
      for (int from = 0; from < points.length; ) {
        int to = Math.min(points.length, from + 1 + random.nextInt(12));
        String piece = new String(points, from, to - from);
        pass(piece);
        sum += count(piece);
        from = to;
      }
      assertThat(passed.estimate()).isEqualTo(sum + ONCE);
    }
  }

  @Test
  void estimatesWhatNoModelWrites() {
    String word = " word".repeat(1 << 12);
    long whole = 0;
    for (int i = 0; i < 200; i++) {
      pass(word);
      whole += count(word);
    }
    long counted = (1L << 21) / " word".length();
    assertThat(passed.estimate()).isBetween(whole, 2 * (whole - counted) + counted);
  }

  @Test
  void countsWhatProvidersCounted() {
    Optional<Path> folder = RecordedAnswer.folder();
    if (folder.isEmpty()) {
      System.out.println("SKIPPED: replay of recorded answers, TOLLGATE_FIXTURES names no folder");
    }
    assumeTrue(folder.isPresent(), "no folder of recorded answers");
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (RecordedAnswer answer : RecordedAnswer.all(folder.get())) {
      TokenUsage usage = answer.usage();
      Encoding encoding = encoding(answer);
      if (usage == null || usage.output() == 0 || encoding == null || usage.reasoning() > 0) {
        continue; // what the provider keeps to itself is more than the reasoning that it tells of
      }
      OutputTokens tokens = new OutputTokens(encoding::countTokensOrdinary);
      UsageReader reader =
          UsageReaders.forAnswer(answer.protocol(), answer.contentType(), null, tokens);
      reader.accept(Unpooled.wrappedBuffer(answer.body()));
      seen++;
      if (tokens.estimate() < usage.output() || tokens.estimate() > usage.output() * 5 / 4 + 60) {
        wrong.add(answer.name() + " " + usage + " " + tokens.estimate());
      }
    }
    assertThat(seen).isPositive();
    assertThat(wrong).isEmpty();
  }

  private static @Nullable Encoding encoding(RecordedAnswer answer) {
    TextEncoding known = TextEncoding.of(InputTokensFixturesTest.model(answer));
    boolean streamed = String.valueOf(answer.contentType()).startsWith("text/event-stream");
    return known == null || !streamed ? null : Bodies.ENCODINGS.load(known);
  }
}
