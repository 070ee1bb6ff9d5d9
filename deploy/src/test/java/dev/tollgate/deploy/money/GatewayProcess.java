package dev.tollgate.deploy.money;

import dev.tollgate.gateway.GatewayApplication;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** A gateway in a process that does not outlive the tests. */
public final class GatewayProcess {

  /** In the environment: how far its clock goes ahead, as ISO-8601 says durations. */
  static final String CLOCK_AHEAD = "TEST_CLOCK_AHEAD";

  private GatewayProcess() {}

  public static void main(String[] arguments) {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
    Duration ahead = Duration.parse(System.getenv().getOrDefault(CLOCK_AHEAD, "PT0S"));
    GatewayApplication.builder().initializers(context -> shiftClock(context, ahead)).run(arguments);
  }

  /** Defined before the application's own, which then is left out. */
  private static void shiftClock(ConfigurableApplicationContext context, Duration ahead) {
    if (!ahead.isZero()) {
      GenericApplicationContext beans = (GenericApplicationContext) context;
      beans.setAllowBeanDefinitionOverriding(true);
      beans.registerBean(
          "clock", InstantSource.class, () -> Clock.offset(Clock.systemUTC(), ahead));
    }
  }
}
