package dev.tollgate.gateway;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

  @Test
  void packagesFormModulesWithoutCycles() {
    ApplicationModules.of("dev.tollgate.gateway").verify();
  }
}
