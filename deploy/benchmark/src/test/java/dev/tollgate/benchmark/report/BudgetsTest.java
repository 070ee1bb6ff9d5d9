package dev.tollgate.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BudgetsTest {

  @TempDir private Path directory;

  private Budgets read(String json) throws IOException {
    return Budgets.read(
        Files.writeString(directory.resolve("budgets.json"), json.replace('\'', '"')));
  }

  private List<Budgets.Outcome> judge(double ours) throws IOException {
    Figures figures = new Figures();
    figures.add(Metric.REQUEST_CPU, "ours", ours);
    figures.add(Metric.REQUEST_CPU, "theirs", 100);
    return read("{'request_cpu':{'maximum':1.5,'target':1.0},'chunk_cpu':{'maximum':1,'target':1}}")
        .judge(figures, "ours", "theirs");
  }

  @Test
  void breaksAboveTheMaximumOnly() throws IOException {
    assertThat(judge(150).getFirst().broken()).isFalse();
    assertThat(judge(151).getFirst().broken()).isTrue();
  }

  @Test
  void tellsWhetherTheTargetIsReached() throws IOException {
    assertThat(judge(100).getFirst().reachesTarget()).isTrue();
    assertThat(judge(101).getFirst().reachesTarget()).isFalse();
  }

  @Test
  void judgesOnlyWhatWasMeasured() throws IOException {
    assertThat(judge(100)).hasSize(1);
  }

  @Test
  void judgesDelaysOfThreeRoundsAtLeast() throws IOException {
    Budgets delays = read("{'added_p99':{'maximum':2,'target':1}}");
    Figures figures = new Figures();
    for (int round = 1; round <= 3; round++) {
      assertThat(delays.judge(figures, "ours", "theirs")).isEmpty();
      figures.add(Metric.ADDED_P99, "ours", 9);
      figures.add(Metric.ADDED_P99, "theirs", 3);
    }

    assertThat(delays.judge(figures, "ours", "theirs").getFirst().broken()).isTrue();
  }

  @Test
  void raisesEveryMaximumForJvmsThatAreBarelyWarm() throws IOException {
    Budgets.Budget loosened =
        read("{'request_cpu':{'maximum':1.5,'target':1.0}}").loosened(2).budgets().getFirst();

    assertThat(loosened.maximum()).isEqualTo(3);
    assertThat(loosened.target()).isEqualTo(1);
  }

  @Test
  void readsTheCommittedOnes() {
    assertThat(Budgets.read(Path.of("budgets.json")).budgets()).isNotEmpty();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("{'no_such_metric':{'maximum':1,'target':1}}"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("{'request_cpu':{'maximum':1,'target':1,'absolute':1}}"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("{'request_cpu':{'maximum':1,'target':2}}"));
  }
}
