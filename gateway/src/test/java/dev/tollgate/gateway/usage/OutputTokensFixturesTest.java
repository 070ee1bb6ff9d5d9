package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.tokens.OutputTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What passed of real answers, against what their providers counted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutputTokensFixturesTest {

  /** Their text was shortened when they were recorded, or they have none. */
  private static final Set<String> NOT_WHOLE =
      Set.of(
          "anthropic/ai-duplicate-message-start",
          "anthropic/ai-refusal-stream",
          "anthropic/doc-stream-overloaded",
          "anthropic/messages-200-tools",
          "azure/responses-stream-200");

  private record Case(RecordedAnswer answer, TokenUsage usage, long estimate) {

    /** Reasoning is mostly kept by the provider; where it passes, the estimate is above it too. */
    long shown() {
      return usage.output() - usage.reasoning();
    }

    @Override
    public String toString() {
      return answer.name() + " " + usage + " " + estimate;
    }
  }

  private final List<Case> cases = new ArrayList<>();

  @BeforeAll
  void readFixtures() {
    Optional<Path> folder = RecordedAnswer.folder();
    if (folder.isEmpty()) {
      System.out.println("SKIPPED: replay of recorded answers, TOLLGATE_FIXTURES names no folder");
    }
    assumeTrue(folder.isPresent(), "no folder of recorded answers");
    for (RecordedAnswer answer : RecordedAnswer.all(folder.get())) {
      TokenUsage usage = answer.usage();
      if (usage != null && usage.output() > 0 && isText(answer)) {
        cases.add(
            new Case(answer, usage, estimate(answer, answer.protocol(), List.of(answer.body()))));
      }
    }
  }

  private static boolean isText(RecordedAnswer answer) {
    boolean other = answer.path().contains("audio") || answer.path().contains("images");
    return !other && !NOT_WHOLE.contains(answer.name());
  }

  private static long estimate(RecordedAnswer answer, Protocol protocol, List<byte[]> parts) {
    OutputTokens passed = new OutputTokens();
    UsageReader reader = UsageReaders.forAnswer(protocol, answer.contentType(), null, passed);
    var _ = Cuts.read(reader, parts);
    return passed.estimate();
  }

  @Test
  void isNotBelowTheProvidersOwnCount() {
    List<Case> low = cases.stream().filter(each -> each.estimate() < each.shown()).toList();
    double ratio =
        cases.stream()
            .mapToDouble(each -> each.estimate() / (double) each.usage().output())
            .average()
            .orElse(0);
    System.out.printf(
        "answers: %d, on average %.2f of the own count, below it: %s%n", cases.size(), ratio, low);
    assertThat(low).hasSizeLessThanOrEqualTo(cases.size() / 100);
    assertThat(ratio).isLessThan(3);
  }

  @Test
  void isTheSameHoweverTheAnswerIsCut() {
    for (Case each : cases) {
      Cuts.of(each.answer().body())
          .forEach(parts ->
              assertThat(estimate(each.answer(), each.answer().protocol(), parts))
                  .as(each::toString)
                  .isEqualTo(each.estimate()));
    }
  }

  @Test
  void isNotLessWhereTheProtocolIsNotKnown() {
    for (Case each : cases) {
      RecordedAnswer answer = each.answer();
      assertThat(estimate(answer, Protocol.PASS_THROUGH, List.of(answer.body())))
          .as(each::toString)
          .isGreaterThanOrEqualTo(each.estimate());
    }
  }
}
