package dev.tollgate.deploy.launcher;

import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;

/**
 * Waits until a server says that it can serve.
 *
 * @param shutdown ends the waiting when it begins: the server is then never ready
 */
record Readiness(Duration timeout, Shutdown shutdown) {

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(3);

  /**
   * Blocks.
   *
   * @throws LauncherException when it is not ready in time, or stopped
   */
  void await(URI server) {
    Boolean ready =
        HttpClient.create()
            .responseTimeout(LONGEST_ANSWER)
            .get()
            .uri(server.resolve("/health/ready"))
            .response()
            .filter(response -> response.status().code() == 200)
            .hasElement()
            .filter(Boolean::booleanValue)
            .switchIfEmpty(Mono.error(new IllegalStateException("not ready")))
            .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PAUSE).filter(_ -> !shutdown.hasBegun()))
            .onErrorReturn(false)
            .timeout(timeout, Mono.just(false))
            .block();
    shutdown.requireNotBegun();
    if (!Boolean.TRUE.equals(ready)) {
      throw new LauncherException(server + " is not ready after " + timeout.toSeconds() + " s");
    }
  }
}
