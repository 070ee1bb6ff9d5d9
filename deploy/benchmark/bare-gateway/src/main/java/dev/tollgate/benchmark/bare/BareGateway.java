package dev.tollgate.benchmark.bare;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * One route that sets one header. Everything else is Spring Boot's and Spring Cloud Gateway's own
 * default: no actuator, no metrics, no log.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class BareGateway {

  /**
   * Runs until its parent process ends: a benchmark that was killed leaves nothing behind.
   *
   * @param arguments {@code --server.port=N --upstream=http://HOST:PORT}
   */
  public static void main(String[] arguments) {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
    var _ = SpringApplication.run(BareGateway.class, arguments);
  }

  @Bean
  RouteLocator route(RouteLocatorBuilder routes, Environment environment) {
    return routes
        .routes()
        .route(
            "upstream",
            route ->
                route
                    .path("/v1/**")
                    .filters(filters ->
                        filters.setRequestHeader("Authorization", "Bearer sk-bench-provider"))
                    .uri(environment.getRequiredProperty("upstream")))
        .build();
  }
}
