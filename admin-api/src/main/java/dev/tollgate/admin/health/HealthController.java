package dev.tollgate.admin.health;

import dev.tollgate.admin.access.OpenToAll;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** For load balancers and orchestrators; says nothing that is worth hiding. */
@RestController
class HealthController {

  private static final Duration LONGEST_ANSWER = Duration.ofMillis(1500);

  private final DatabaseClient database;

  HealthController(DatabaseClient database) {
    this.database = database;
  }

  @OpenToAll("liveness touches nothing outside the process")
  @GetMapping(path = "/health/live", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<ResponseEntity<HealthStatus>> live() {
    return Mono.just(ResponseEntity.ok(new HealthStatus("UP")));
  }

  @OpenToAll("readiness is asked by what has no key")
  @GetMapping(path = "/health/ready", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<ResponseEntity<HealthStatus>> ready() {
    return database
        .sql("SELECT 1")
        .fetch()
        .one()
        .timeout(LONGEST_ANSWER)
        .map(_ -> ResponseEntity.ok(new HealthStatus("UP")))
        .onErrorResume(_ -> Mono.just(down()));
  }

  private static ResponseEntity<HealthStatus> down() {
    return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).body(new HealthStatus("DOWN"));
  }

  /** UP or DOWN. */
  record HealthStatus(String status) {}
}
