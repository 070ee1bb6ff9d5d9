package dev.tollgate.admin;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

  @Test
  void packagesFormModulesWithoutCycles() {
    ApplicationModules.of("dev.tollgate.admin").verify();
  }
}
