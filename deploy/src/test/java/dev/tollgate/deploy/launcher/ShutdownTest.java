package dev.tollgate.deploy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {

  private final List<String> closed = new ArrayList<>();
  private final Shutdown shutdown = new Shutdown();

  @Test
  void closesInTheOppositeOrderAndOnce() {
    shutdown.add(step("database"));
    shutdown.add(step("gateway"));
    shutdown.close();
    shutdown.close();
    assertThat(closed).containsExactly("gateway", "database");
  }

  @Test
  void goesOnWhenAStepFails() {
    shutdown.add(step("database"));
    shutdown.add(() -> {
      throw new IllegalStateException("expected by this test");
    });
    shutdown.close();
    assertThat(closed).containsExactly("database");
  }

  @Test
  void closesWhatStartsTooLate() {
    shutdown.close();
    assertThatThrownBy(() -> shutdown.add(step("late"))).isInstanceOf(LauncherException.class);
    assertThat(closed).containsExactly("late");
  }

  private AutoCloseable step(String name) {
    return () -> closed.add(name);
  }
}
