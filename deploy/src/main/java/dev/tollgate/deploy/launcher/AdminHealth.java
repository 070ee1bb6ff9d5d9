package dev.tollgate.deploy.launcher;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * The admin API's readiness, asked where anybody else would ask it. Down until it is known where
 * that is: the gateway starts first.
 */
final class AdminHealth implements ReactiveHealthIndicator {

  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);

  private volatile @Nullable HttpClient client;

  /** To be called once the admin API listens. */
  void askAt(int adminPort) {
    client =
        HttpClient.create()
            .baseUrl("http://127.0.0.1:" + adminPort)
            .responseTimeout(LONGEST_ANSWER);
  }

  @Override
  public Mono<Health> health() {
    HttpClient known = client;
    if (known == null) {
      return Mono.just(Health.down().build());
    }
    return known
        .get()
        .uri("/health/ready")
        .response()
        .map(response -> response.status().code() == 200 ? Health.up() : Health.down())
        .onErrorResume(error -> Mono.just(Health.down()))
        .map(Health.Builder::build);
  }
}
