package dev.tollgate.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FlameGraphTest {

  private static String svg(String... stacks) {
    return FlameGraph.of("title", List.of(stacks)).svg();
  }

  @Test
  void tellsTheShareOfEachFrame() {
    assertThat(svg("a/A.run;a/B.read 30", "a/A.run;a/C.write 10"))
        .contains("<title>all 100.0%</title>")
        .contains("<title>A.run 100.0%</title>")
        .contains("<title>B.read 75.0%</title>")
        .contains("<title>C.write 25.0%</title>");
  }

  @Test
  void leavesOutWhatIsTooNarrowToBeRead() {
    assertThat(svg("a/A.run 999", "a/B.read 1")).contains("A.run").doesNotContain("B.read");
  }

  @Test
  void drawsAChainOfOperatorsAsOneFrame() {
    assertThat(
            svg(
                "a/A.run;reactor/core/publisher/Mono.subscribe;reactor/core/publisher/MonoMap.subscribe 1"))
        .containsOnlyOnce("<title>reactor/core/operators 100.0%</title>");
  }

  @Test
  void escapesWhatXmlWouldTakeForMarkup() {
    assertThat(svg("<init>&co 1")).contains("&lt;init&gt;&amp;co");
  }
}
