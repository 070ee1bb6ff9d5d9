package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.inspection.Inspection.Malformed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BodyInspectionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Inspection FOUND = new Malformed("found", null);

  private final AtomicInteger inspections = new AtomicInteger();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Scheduler offLoop = Schedulers.fromExecutor(tasks::add);
  private final BodyInspection inspection = new BodyInspection(this::inspect, offLoop);

  private Inspection inspect(ByteBuf body) {
    assertThat(body.refCnt()).isPositive();
    inspections.incrementAndGet();
    return FOUND;
  }

  private static WholeBody body(int length) {
    return new WholeBody(Unpooled.wrappedBuffer(new byte[length]));
  }

  @Test
  void inspectsAShortBodyWhereItCame() {
    StepVerifier.create(inspection.inspect(body(BodyInspection.LONGEST_ON_LOOP_BYTES)))
        .expectNext(FOUND)
        .expectComplete()
        .verify(PATIENCE);

    assertThat(tasks).isEmpty();
  }

  @Test
  void inspectsALongBodyElsewhere() {
    WholeBody body = body(BodyInspection.LONGEST_ON_LOOP_BYTES + 1);

    StepVerifier.create(inspection.inspect(body))
        .then(() -> assertThat(inspections).hasValue(0))
        .then(() -> tasks.remove().run())
        .expectNext(FOUND)
        .expectComplete()
        .verify(PATIENCE);

    assertThat(body.bytes().refCnt()).isEqualTo(1);
  }

  @Test
  void leavesABodyAloneWhoseRequestIsGone() {
    WholeBody body = body(BodyInspection.LONGEST_ON_LOOP_BYTES + 1);
    Disposable request = inspection.inspect(body).subscribe();
    Runnable task = tasks.remove();
    body.leave();

    task.run();

    request.dispose();
    assertThat(inspections).hasValue(0);
    assertThat(body.bytes().refCnt()).isZero();
  }

  /** A stage before may have gone on from another thread than the one the client goes away on. */
  @Test
  void leavesAShortBodyAloneWhoseRequestIsGone() {
    WholeBody body = body(BodyInspection.LONGEST_ON_LOOP_BYTES);
    body.leave();

    StepVerifier.create(inspection.inspect(body))
        .expectError(CancellationException.class)
        .verify(PATIENCE);

    assertThat(inspections).hasValue(0);
  }

  @Test
  void keepsABodyWhileItIsInspected() {
    WholeBody body = body(BodyInspection.LONGEST_ON_LOOP_BYTES + 1);
    BodyInspection leaving =
        new BodyInspection(
            bytes -> {
              body.leave();
              return inspect(bytes);
            },
            offLoop);

    StepVerifier.create(leaving.inspect(body))
        .then(() -> tasks.remove().run())
        .expectNext(FOUND)
        .expectComplete()
        .verify(PATIENCE);

    assertThat(body.bytes().refCnt()).isZero();
  }

  @Test
  void refusesWhenTooManyWait() {
    Scheduler full =
        Schedulers.fromExecutor(task -> {
          throw new RejectedExecutionException("full");
        });

    StepVerifier.create(
            new BodyInspection(this::inspect, full)
                .inspect(body(BodyInspection.LONGEST_ON_LOOP_BYTES + 1)))
        .expectErrorSatisfies(failure -> {
          assertThat(failure).isInstanceOf(RejectionException.class);
          assertThat(((RejectionException) failure).rejection().code())
              .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
        })
        .verify(PATIENCE);
  }
}
