package dev.tollgate.gateway.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

class RestOfWayTest {

  private final List<String> heard = new ArrayList<>();

  private final RestOfWay.Watcher watcher =
      new RestOfWay.Watcher() {
        @Override
        public void completed() {
          heard.add("completed");
        }

        @Override
        public void failed(Throwable failure) {
          heard.add("failed: " + failure.getMessage());
        }

        @Override
        public void cancelled() {
          heard.add("cancelled");
        }

        @Override
        public void over() {
          heard.add("over");
        }
      };

  @Test
  void tellsOfTheEndBeforeThoseInFrontAndOnceMoreAfterThem() {
    watch(Mono.empty());

    assertThat(heard).containsExactly("completed", "front completed", "over");
  }

  @Test
  void tellsOfAFailure() {
    watch(Mono.error(new IllegalStateException("broken")));

    assertThat(heard).containsExactly("failed: broken", "front failed: broken", "over");
  }

  @Test
  void tellsOfACancellationBeforeTheRestHearsOfItAndAfterwards() {
    Front front = watch(Mono.<Void>never().doOnCancel(() -> heard.add("rest cancelled")));

    front.cancel();
    front.cancel();

    assertThat(heard).containsExactly("cancelled", "rest cancelled", "over");
  }

  @Test
  void tellsOfOneEndOnly() {
    Sinks.Empty<Void> rest = Sinks.unsafe().empty();
    Front front = watch(rest.asMono());

    rest.tryEmitEmpty().orThrow();
    front.rest().cancel();

    assertThat(heard).containsExactly("completed", "front completed", "over");
  }

  @Test
  void makesAFailureOfWhatAWatcherThrows() {
    RestOfWay.Watcher throwing =
        new RestOfWay.Watcher() {
          @Override
          public void completed() {
            throw new AssertionError("no room");
          }

          @Override
          public void over() {
            heard.add("over");
          }
        };

    RestOfWay.watched(Mono.empty(), throwing).subscribe(new Front());

    assertThat(heard).containsExactly("front failed: no room", "over");
  }

  @Test
  void cancelsTheRestWhateverAWatcherThrows() {
    RestOfWay.Watcher throwing =
        new RestOfWay.Watcher() {
          @Override
          public void cancelled() {
            throw new AssertionError("not so");
          }

          @Override
          public void over() {
            heard.add("over");
          }
        };
    Front front = new Front();
    RestOfWay.watched(Mono.<Void>never().doOnCancel(() -> heard.add("rest cancelled")), throwing)
        .subscribe(front);

    front.cancel();

    assertThat(heard).containsExactly("rest cancelled", "over");
  }

  @Test
  void keepsTheFailureThatCameFirst() {
    IllegalStateException second = new IllegalStateException("second");
    RestOfWay.Watcher throwing =
        new RestOfWay.Watcher() {
          @Override
          public void failed(Throwable failure) {
            throw second;
          }
        };
    IllegalStateException first = new IllegalStateException("first");

    RestOfWay.watched(Mono.error(first), throwing).subscribe(new Front());

    assertThat(heard).containsExactly("front failed: first");
    assertThat(first).hasSuppressedException(second);
  }

  @Test
  void handsTheContextOn() {
    Mono<Void> rest =
        Mono.deferContextual(context -> {
          heard.add(context.get("name"));
          return Mono.empty();
        });

    RestOfWay.watched(rest, watcher).contextWrite(Context.of("name", "it")).subscribe(new Front());

    assertThat(heard).startsWith("it");
  }

  private Front watch(Mono<Void> rest) {
    Front front = new Front();
    RestOfWay.watched(rest, watcher).subscribe(front);
    return front;
  }

  private final class Front extends BaseSubscriber<Void> {

    private @Nullable Subscription received;

    Subscription rest() {
      return requireNonNull(received);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      received = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    protected void hookOnComplete() {
      heard.add("front completed");
    }

    @Override
    protected void hookOnError(Throwable failure) {
      heard.add("front failed: " + failure.getMessage());
    }
  }
}
