package dev.tollgate.gateway.routing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the route YAML stands.
 *
 * @param location a file, or a directory whose {@code *.yaml} and {@code *.yml} files are read in
 *     the order of their names; none: the routes that ship
 * @param pollEvery how often it is looked at for changes
 */
@Validated
@ConfigurationProperties("tollgate.routes")
public record RoutesProperties(
    @Nullable String location, @DefaultValue("200ms") Duration pollEvery) {

  public RoutesProperties {
    if (!pollEvery.isPositive()) {
      throw new IllegalArgumentException("tollgate.routes.poll-every must be positive");
    }
  }
}
