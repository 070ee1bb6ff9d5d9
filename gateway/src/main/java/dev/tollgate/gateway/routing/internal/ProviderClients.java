package dev.tollgate.gateway.routing.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.network.TurnFlush;
import dev.tollgate.gateway.routing.UpstreamProperties;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.function.UnaryOperator;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** HTTP clients over one pool; they differ only in the time that a connection may take. */
final class ProviderClients {

  private static final int MAX_HEADER_BYTES = 64 * 1024;

  /** More time-outs than a sane installation has; beyond it clients are made anew, no more. */
  private static final int MOST_CLIENTS = 64;

  private final Cache<Duration, HttpClient> byConnectTimeout =
      Caffeine.newBuilder()
          .executor(Runnable::run) // cheaper than to wake a pool's thread every few reads
          .maximumSize(MOST_CLIENTS)
          .build();
  private final ConnectionProvider pool;
  private final HttpClient base;

  /**
   * @param guarded makes a client refuse addresses that must not be called
   */
  ProviderClients(UpstreamProperties properties, UnaryOperator<HttpClient> guarded) {
    this.pool =
        ConnectionProvider.builder("tollgate-providers")
            .maxConnections(properties.maxConnections())
            .pendingAcquireMaxCount(properties.maxPending())
            .pendingAcquireTimeout(properties.acquireTimeout())
            .maxIdleTime(properties.maxIdle())
            .evictInBackground(properties.maxIdle())
            // one pool a host and time-out: hosts that nobody calls any more would leave theirs
            .disposeInactivePoolsInBackground(properties.maxIdle(), properties.maxIdle())
            .lifo()
            .build();
    this.base =
        guarded.apply(
            HttpClient.create(pool)
                .disableRetry(true)
                .followRedirect(false)
                .compress(false)
                .doOnChannelInit(
                    (observer, channel, address) -> TurnFlush.install(channel.pipeline()))
                .httpResponseDecoder(decoder -> decoder.maxHeaderSize(MAX_HEADER_BYTES)));
  }

  HttpClient connectingWithin(Duration timeout) {
    return byConnectTimeout.get(
        timeout,
        t -> base.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(t.toMillis())));
  }

  /** Clients kept, about. */
  long clients() {
    byConnectTimeout.cleanUp();
    return byConnectTimeout.estimatedSize();
  }

  void close() {
    pool.dispose();
  }
}
