package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.unruled.UnruledController;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnruledRouteIT {

  @Test
  void theApplicationDoesNotStartWithARouteThatNamesNoRule() {
    Map<String, String> more = Map.of("spring.main.sources", UnruledController.class.getName());
    assertThatThrownBy(() -> AdminServer.startWith(more).close())
        .hasStackTraceContaining("UnruledController.open() names no rule");
  }
}
