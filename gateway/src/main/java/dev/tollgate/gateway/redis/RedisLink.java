package dev.tollgate.gateway.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.reactive.RedisReactiveCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One connection to Redis, which mends itself. A question that it cannot put, or that is not
 * answered in time, fails soon: nothing waits for a Redis that is away.
 */
public final class RedisLink implements AutoCloseable {

  /** Questions on their way; beyond it new ones fail at once. */
  private static final int MOST_WAITING = 10_000;

  /** An older Redis says before it which script has met the error. */
  private static final Pattern WORDS = Pattern.compile("[ :-]+");

  /** The words that errors begin with which come whatever is asked. */
  private static final Set<String> SERVING_NOBODY =
      Set.of(
          "LOADING",
          "BUSY",
          "READONLY",
          "MASTERDOWN",
          "CLUSTERDOWN",
          "NOREPLICAS",
          "MISCONF",
          "OOM",
          "NOAUTH",
          "NOPERM");

  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LAST_RETRY = Duration.ofSeconds(1);
  private static final Duration FAILED_FOR = Duration.ofMillis(200);
  private static final Duration ALWAYS = Duration.ofMillis(Long.MAX_VALUE);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final Duration timeout;
  private final ClientResources resources;
  private final RedisClient client;
  private final Mono<StatefulRedisConnection<String, String>> connection;

  RedisLink(String url, Duration timeout) {
    this.timeout = timeout;
    this.resources =
        ClientResources.builder()
            .reconnectDelay(
                () -> Delay.exponential(FIRST_RETRY, LAST_RETRY, 2, TimeUnit.MILLISECONDS))
            .build();
    this.client = RedisClient.create(resources);
    client.setOptions(options(timeout));
    RedisURI uri = RedisProperties.parsed(url);
    // Longer than anybody waits: what both give up at once is told as a failure of the program.
    uri.setTimeout(timeout.multipliedBy(2));
    // Until it stands each question tries again; once it stood the client itself mends it.
    this.connection =
        Mono.fromCompletionStage(() -> client.connectAsync(StringCodec.UTF8, uri))
            .cache(connected -> ALWAYS, failure -> FAILED_FOR, () -> FAILED_FOR);
    // The first question is not to wait for it; a Redis that is away is no reason not to start.
    var _ = connection.onErrorComplete().subscribe();
  }

  /** Answers are handed on by several threads, not by the one that reads them. */
  private static ClientOptions options(Duration timeout) {
    return ClientOptions.builder()
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(MOST_WAITING)
        .publishOnScheduler(true)
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(SocketOptions.builder().connectTimeout(timeout).keepAlive(true).build())
        .build();
  }

  /**
   * Puts a question and emits its answer; fails if there is none in time. Whether Redis still acts
   * on a question that failed is not known.
   */
  public <T> Mono<T> ask(Function<RedisReactiveCommands<String, String>, Mono<T>> question) {
    return put(question).timeout(timeout);
  }

  /** As {@link #ask}, but the answer is also heard if it is late; it may never come. */
  <T> Mono<T> put(Function<RedisReactiveCommands<String, String>, Mono<T>> question) {
    return connection.flatMap(connected -> question.apply(connected.reactive()));
  }

  /**
   * Whether a question failed since Redis serves nobody now: it cannot be reached, is late, or says
   * so itself. Else it has answered, and something is wrong with the question or with what is kept
   * for it: others are served.
   */
  public static boolean isAway(Throwable failure) {
    return switch (failure) {
      case RedisCommandExecutionException answer -> servesNobody(answer.getMessage());
      case RedisException unasked -> true;
      case TimeoutException late -> true;
      case IOException lost -> true;
      default -> false;
    };
  }

  private static boolean servesNobody(@Nullable String answer) {
    return answer != null && WORDS.splitAsStream(answer).anyMatch(SERVING_NOBODY::contains);
  }

  Duration timeout() {
    return timeout;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, CLOSING);
    var _ = resources.shutdown(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
