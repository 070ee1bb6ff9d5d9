package dev.tollgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;

class RuledHandlerMappingTest {

  static class WithoutRule {
    @GetMapping("/open")
    String open() {
      return "";
    }
  }

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
    RuledHandlerMapping mapping =
        new RuledHandlerMapping() {
          // a @Controller here would be found by the applications that other tests start
          @Override
          protected boolean isHandler(Class<?> type) {
            return type == controller;
          }
        };
    mapping.setApplicationContext(context);
    mapping.afterPropertiesSet();
    return mapping;
  }
}
