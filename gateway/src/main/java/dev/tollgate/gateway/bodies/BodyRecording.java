package dev.tollgate.gateway.bodies;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.streaming.AnswerObserver;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one request.
 *
 * @param request null if the request's body is not kept
 * @param response null if the answer's body is not kept
 */
public record BodyRecording(@Nullable BodyCopy request, @Nullable BodyCopy response) {

  /** Set by the body recording stage where a policy asks for it. */
  public static final StateKey<BodyRecording> KEY = StateKey.named("body recording");

  /** {@code observer}, with the answer copied beside it if there is anything to keep. */
  public static AnswerObserver beside(AnswerObserver observer, @Nullable BodyRecording recording) {
    BodyCopy copy = recording == null ? null : recording.response();
    return copy == null ? observer : new Beside(observer, copy);
  }

  private record Beside(AnswerObserver observer, BodyCopy copy) implements AnswerObserver {

    @Override
    public boolean passed(ByteBuf chunk) {
      copy.passed(chunk);
      return observer.passed(chunk);
    }

    @Override
    public void begun() {
      observer.begun();
    }

    @Override
    public void ended(boolean whole) {
      observer.ended(whole);
    }

    @Override
    public void cutShort(Rejection reason) {
      observer.cutShort(reason);
    }

    @Override
    public void abandoned() {
      observer.abandoned();
    }
  }
}
