package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Inspects bodies: short ones where they came in, long ones elsewhere, since a body of 25 MB would
 * keep every other connection of its event loop waiting for some 30 ms.
 */
final class BodyInspection {

  /** A body up to this length takes a millisecond at most. */
  static final int LONGEST_ON_LOOP_BYTES = 1 << 20;

  private static final Rejection BUSY =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "Too many long request bodies wait for inspection. Ask again.",
          Duration.ofSeconds(1));

  private final Function<ByteBuf, Inspection> inspector;
  private final Scheduler offLoop;

  /**
   * @param inspector neither consumes nor releases what it inspects
   * @param offLoop bounded in threads and in queue
   */
  BodyInspection(Function<ByteBuf, Inspection> inspector, Scheduler offLoop) {
    this.inspector = inspector;
    this.offLoop = offLoop;
  }

  /**
   * One inspection; fails with a rejection where too many wait.
   *
   * @param body may be left by the request at any moment; then this fails with a {@link
   *     java.util.concurrent.CancellationException}
   */
  Mono<Inspection> inspect(WholeBody body) {
    if (body.bytes().readableBytes() <= LONGEST_ON_LOOP_BYTES) {
      return Mono.fromSupplier(() -> body.read(inspector));
    }
    return Mono.fromSupplier(() -> body.read(inspector))
        .subscribeOn(offLoop)
        .onErrorMap(RejectedExecutionException.class, full -> BUSY.asException());
  }
}
