package dev.tollgate.deploy.launcher.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.deploy.launcher.LauncherException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StartingDatabaseTest {

  @Test
  void tellsWhoWaitsWhyItDidNotStart() {
    StartingDatabase starting =
        StartingDatabase.begin(
            () -> {
              throw new LauncherException("expected by this test");
            },
            _ -> {});
    assertThatThrownBy(starting::await)
        .isInstanceOf(LauncherException.class)
        .hasMessage("expected by this test");
    assertThatCode(starting::close).doesNotThrowAnyException();
  }

  @Test
  void isClosedNoSoonerThanItsStartHasEnded() {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    StartingDatabase starting =
        StartingDatabase.begin(
            () -> {
              awaitUninterruptibly(goOn);
              ended.set(true);
              throw new LauncherException("expected by this test");
            },
            _ -> {});
    CompletableFuture<Boolean> endedWhenClosed =
        CompletableFuture.supplyAsync(() -> {
          starting.close();
          return ended.get();
        });
    goOn.countDown();
    assertThat(endedWhenClosed.join()).isTrue();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
