package dev.tollgate.gateway.routing.internal;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a provider's connection if the head of its answer does not come in time. */
final class HeadDeadline {

  private final Duration firstByte;
  private volatile @Nullable Future<?> alarm;
  private volatile boolean passed;

  HeadDeadline(Duration firstByte) {
    this.firstByte = firstByte;
  }

  void start(Channel channel) {
    alarm =
        channel
            .eventLoop()
            .schedule(() -> expire(channel), firstByte.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void expire(Channel channel) {
    passed = true;
    var _ = channel.close();
  }

  void stop() {
    Future<?> current = alarm;
    if (current != null) {
      current.cancel(false);
    }
  }

  /** Whether the connection was closed for it. */
  boolean hasPassed() {
    return passed;
  }
}
