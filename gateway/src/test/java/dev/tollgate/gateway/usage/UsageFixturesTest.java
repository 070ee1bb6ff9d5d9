package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.gateway.pipeline.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What real providers sent, cut in every way, reads as plain trees of it do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageFixturesTest {

  private List<RecordedAnswer> answers = List.of();

  @BeforeAll
  void findFixtures() {
    Optional<Path> folder = RecordedAnswer.folder();
    if (folder.isEmpty()) {
      System.out.println("SKIPPED: replay of recorded answers, TOLLGATE_FIXTURES names no folder");
    }
    assumeTrue(folder.isPresent(), "no folder of recorded answers");
    answers = RecordedAnswer.all(folder.get());
  }

  @Test
  void readsTheUsageOfEveryRecordedAnswerHoweverItIsCut() {
    answers.forEach(answer -> readsAsExpected(answer, answer.protocol()));
  }

  @Test
  void readsTheSameWhereTheProtocolIsNotKnown() {
    answers.forEach(answer -> readsAsExpected(answer, Protocol.PASS_THROUGH));
  }

  @Test
  void mostRecordedAnswersCarryUsage() {
    assertThat(answers.stream().filter(answer -> expected(answer) != null)).hasSizeGreaterThan(100);
  }

  @Test
  void readsTheModelOfEveryRecordedAnswer() {
    answers.forEach(answer ->
        assertThat(read(answer, answer.protocol(), List.of(answer.body())).model())
            .as(answer.name())
            .satisfies(model -> assertModel(answer, model)));
  }

  private static void assertModel(RecordedAnswer answer, @Nullable String model) {
    Set<String> places =
        Set.of(
            "/model", "/response/model", "/message/model", "/modelVersion", "/interaction/model");
    List<String> named =
        UsageOracle.documents(answer).stream()
            .flatMap(document -> places.stream().map(document::at))
            .map(node -> node.asString(""))
            .filter(text -> !text.isEmpty())
            .toList();
    if (answer.isBinary() || named.isEmpty()) {
      assertThat(model).isNull();
    } else {
      assertThat(named).contains(Objects.requireNonNull(model));
    }
  }

  private static void readsAsExpected(RecordedAnswer answer, Protocol protocol) {
    TokenUsage expected = expected(answer);
    Cuts.of(answer.body())
        .forEach(parts ->
            assertThat(read(answer, protocol, parts).usage())
                .as(() -> answer.name() + " in " + parts.size() + " parts")
                .isEqualTo(expected));
  }

  private static @Nullable TokenUsage expected(RecordedAnswer answer) {
    return answer.isBinary() ? null : UsageOracle.usage(answer);
  }

  private static UsageReading read(RecordedAnswer answer, Protocol protocol, List<byte[]> parts) {
    return Cuts.read(UsageReaders.forAnswer(protocol, answer.contentType(), null), parts);
  }
}
