package dev.tollgate.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandLineTest {

  private static CommandLine of(String... words) {
    return CommandLine.of(List.of(words));
  }

  @Test
  void measuresEverythingWithoutOptions() {
    assertThat(of()).isEqualTo(new CommandLine(CommandLine.Kind.FULL, Plan.full()));
    assertThat(of("--quick").plan()).isEqualTo(Plan.quick());
    assertThat(of("--growth").plan()).isEqualTo(Plan.growth());
    assertThat(of("--profile").plan()).isEqualTo(Plan.profile());
  }

  @Test
  void measuresSomeForAsLongAsTheyTake() {
    Plan plan = of("--only", "saturated,streams", "--rounds=12").plan();

    assertThat(plan.measures()).containsExactly(Measure.SATURATED, Measure.STREAMS);
    assertThat(plan.rounds()).isEqualTo(12);
    assertThat(plan.limit()).isGreaterThan(Plan.full().limit());
  }

  @Test
  void measuresSomeOfTheGrowth() {
    assertThat(of("--growth", "--only=many-streams").plan().measures())
        .containsExactly(Measure.MANY_STREAMS);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatIllegalArgumentException().isThrownBy(() -> of("--only", "everything"));
    assertThatIllegalArgumentException().isThrownBy(() -> of("--only", "keys"));
    assertThatIllegalArgumentException().isThrownBy(() -> of("--growth", "--only=idle"));
    assertThatIllegalArgumentException().isThrownBy(() -> of("--rounds", "0"));
    assertThatIllegalArgumentException().isThrownBy(() -> of("--rounds"));
    assertThatIllegalArgumentException().isThrownBy(() -> of("--slow"));
  }
}
