package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.usage.RecordedAnswer;
import dev.tollgate.gateway.usage.TokenUsage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What real providers counted of real prompts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InputTokensFixturesTest {

  private static final Pattern IN_PATH = Pattern.compile("(?:models|deployments|model)/([^:/]+)");
  private static final Pattern IN_BODY = Pattern.compile("\"model\":\"([^\"]+)\"");

  /** Its long prompt was replaced by a few words when it was recorded. */
  private static final Set<String> SHORTENED = Set.of("bedrock/invoke-200-cache");

  private record Case(String name, TokenEstimate estimate, long own) {

    double ratio() {
      return estimate.input() / (double) own;
    }
  }

  private final List<Case> cases = new ArrayList<>();

  @BeforeAll
  void readFixtures() {
    Optional<Path> folder = RecordedAnswer.folder();
    if (folder.isEmpty()) {
      System.out.println("SKIPPED: replay of recorded prompts, TOLLGATE_FIXTURES names no folder");
    }
    assumeTrue(folder.isPresent(), "no folder of recorded answers");
    RecordedAnswer.all(folder.get()).stream()
        .filter(answer -> answer.requestBody().length > 0 && !SHORTENED.contains(answer.name()))
        .map(InputTokensFixturesTest::read)
        .filter(Objects::nonNull)
        .forEach(cases::add);
  }

  private static @Nullable Case read(RecordedAnswer answer) {
    TokenUsage usage = answer.usage();
    if (usage == null || usage.input() == 0) {
      return null;
    }
    TokenEstimate estimate =
        Bodies.read(model(answer), answer.protocol(), operation(answer), answer.requestBody());
    return new Case(answer.name(), estimate, usage.input());
  }

  private static Operation operation(RecordedAnswer answer) {
    String path = answer.path();
    if (path.contains("embed") || path.contains("predict")) {
      return Operation.EMBEDDINGS;
    }
    return path.endsWith("/v1/completions") ? Operation.COMPLETIONS : Operation.CHAT_COMPLETION;
  }

  static @Nullable String model(RecordedAnswer answer) {
    Matcher body = IN_BODY.matcher(new String(answer.requestBody(), UTF_8));
    if (body.find()) {
      return body.group(1);
    }
    Matcher path = IN_PATH.matcher(answer.path());
    return path.find() ? path.group(1) : null;
  }

  @Test
  void isNotBelowTheProvidersOwnCount() {
    List<Case> closed = cases.stream().filter(each -> !each.estimate().open()).toList();
    List<Case> low = closed.stream().filter(each -> each.estimate().input() < each.own()).toList();
    System.out.printf("prompts recorded: %d, below the own count: %s%n", closed.size(), low);
    assertThat(closed).hasSizeGreaterThan(100);
    assertThat(low).hasSizeLessThanOrEqualTo(closed.size() / 100);
  }

  @Test
  void isNearTheOwnCountWhereTheEncodingIsKnown() {
    List<Case> exact = cases.stream().filter(each -> each.estimate().exact()).toList();
    System.out.printf(
        "prompts counted by their encoding: %d, on average %.3f of the own count%n",
        exact.size(), exact.stream().mapToDouble(Case::ratio).average().orElse(0));
    assertThat(exact).hasSizeGreaterThan(20);
    assertThat(exact).allSatisfy(each -> assertThat(each.ratio()).isBetween(1.0, 1.4));
  }
}
