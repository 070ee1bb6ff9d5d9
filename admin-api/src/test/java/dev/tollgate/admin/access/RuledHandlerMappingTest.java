package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

class RuledHandlerMappingTest {

  @Controller
  static class WithoutRule {
    @GetMapping("/open")
    String open() {
      return "";
    }
  }

  @Controller
  static class WithRule {
    @Allowed(Permission.KEY_READ)
    @GetMapping("/ruled")
    String ruled() {
      return "";
    }
  }

  @Test
  void doesNotStartWithAHandlerThatNamesNoRule() {
    assertThatThrownBy(() -> mappingWith(WithoutRule.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("WithoutRule.open() names no rule");
  }

  @Test
  void startsWithOneThatDoes() {
    assertThat(mappingWith(WithRule.class).getHandlerMethods()).hasSize(1);
  }

  private static RuledHandlerMapping mappingWith(Class<?> controller) {
    StaticApplicationContext context = new StaticApplicationContext();
    context.registerSingleton("controller", controller);
    context.refresh();
    RuledHandlerMapping mapping = new RuledHandlerMapping();
    mapping.setApplicationContext(context);
    mapping.afterPropertiesSet();
    return mapping;
  }
}
