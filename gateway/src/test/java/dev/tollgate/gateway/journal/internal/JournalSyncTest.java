package dev.tollgate.gateway.journal.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalSyncTest {

  private final CountDownLatch times = new CountDownLatch(3);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void goesOnAfterWhateverIsThrown(boolean error) throws Exception {
    Runnable sync =
        () -> {
          times.countDown();
          if (error) {
            throw new InternalError("a fault of a mapped file");
          }
          throw new IllegalStateException("closed");
        };
    try (JournalSync _ = new JournalSync(sync, Duration.ofMillis(1))) {
      assertThat(times.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}
