package dev.tollgate.gateway.streaming;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells of an answer that takes too long, or of which nothing comes. One timer for a whole answer:
 * it looks when the earliest time-out could have passed. Belongs to the provider's event loop.
 */
final class AnswerAlarm {

  private final EventLoop eventLoop;
  private final Answer answer;
  private final long deadlineNanos;
  private final long silenceNanos;
  private long lastNanos;
  private @Nullable Future<?> timer;

  /** What is looked after. */
  interface Answer {

    /** Whether it is the provider who is waited for. */
    boolean isAwaited();

    /** It is over. */
    void timedOut(String message);
  }

  AnswerAlarm(EventLoop eventLoop, AnswerTimeouts timeouts, Answer answer) {
    this.eventLoop = eventLoop;
    this.answer = answer;
    this.lastNanos = System.nanoTime();
    this.deadlineNanos = lastNanos + timeouts.remaining().toNanos();
    this.silenceNanos = timeouts.betweenChunks().toNanos();
  }

  void start() {
    set(lastNanos);
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** Something came, or it is only now that something is waited for. */
  void heard() {
    lastNanos = System.nanoTime();
  }

  private void set(long now) {
    timer = eventLoop.schedule(this::look, nanosToNextLook(now), TimeUnit.NANOSECONDS);
  }

  private void look() {
    long now = System.nanoTime();
    if (now - deadlineNanos >= 0) {
      answer.timedOut("The answer took longer than is allowed.");
    } else if (now - lastNanos >= silenceNanos && answer.isAwaited()) {
      answer.timedOut("The provider sent nothing for too long.");
    } else {
      set(now);
    }
  }

  private long nanosToNextLook(long now) {
    long silenceLeft = silenceNanos - (now - lastNanos);
    long untilSilence = silenceLeft > 0 ? silenceLeft : silenceNanos;
    return Math.max(1, Math.min(untilSilence, deadlineNanos - now));
  }
}
