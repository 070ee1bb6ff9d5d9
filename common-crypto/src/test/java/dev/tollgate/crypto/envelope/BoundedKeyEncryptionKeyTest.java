package dev.tollgate.crypto.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.envelope.EnvelopeException.DataKeyDoesNotOpen;
import dev.tollgate.crypto.envelope.EnvelopeException.KeyEncryptionKeyUnavailable;
import dev.tollgate.crypto.secret.SecretBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BoundedKeyEncryptionKeyTest {

  private static final byte[] ANY = {1};
  private static final Duration LONG = Duration.ofMinutes(1);

  private final HangingKey hanging = new HangingKey();

  @Test
  void passesTheAnswerOn() {
    CompletionStage<SecretBytes> answer =
        new BoundedKeyEncryptionKey(hanging, LONG, 1).unwrap(ANY, ANY);
    hanging.calls.getFirst().complete(SecretBytes.of(ANY));
    assertThat(answer).isCompletedWithValue(SecretBytes.of(ANY));
  }

  @Test
  void passesRefusalsOnAsTheyAre() {
    CompletionStage<SecretBytes> answer =
        new BoundedKeyEncryptionKey(hanging, LONG, 1).unwrap(ANY, ANY);
    hanging.calls.getFirst().completeExceptionally(new DataKeyDoesNotOpen());
    assertThatThrownBy(() -> await(answer)).hasCauseExactlyInstanceOf(DataKeyDoesNotOpen.class);
  }

  @Test
  void givesUpAndCancelsWhenTimeIsOver() {
    CompletionStage<SecretBytes> answer =
        new BoundedKeyEncryptionKey(hanging, Duration.ofMillis(20), 1).unwrap(ANY, ANY);
    assertThatThrownBy(() -> await(answer))
        .hasCauseExactlyInstanceOf(KeyEncryptionKeyUnavailable.class);
    assertThat(hanging.calls.getFirst()).isCancelled();
  }

  @Test
  void refusesCallsBeyondTheBoundAtOnceAndTakesThemAgainLater() {
    BoundedKeyEncryptionKey bounded = new BoundedKeyEncryptionKey(hanging, LONG, 2);
    bounded.unwrap(ANY, ANY);
    bounded.unwrap(ANY, ANY);

    CompletionStage<SecretBytes> refused = bounded.unwrap(ANY, ANY);
    assertThatThrownBy(() -> await(refused))
        .hasCauseExactlyInstanceOf(KeyEncryptionKeyUnavailable.class);
    assertThat(hanging.calls).hasSize(2);

    hanging.calls.getFirst().completeExceptionally(new IllegalStateException("503"));
    assertThat(bounded.unwrap(ANY, ANY).toCompletableFuture()).isNotDone();
    assertThat(hanging.calls).hasSize(3);
  }

  @Test
  void keepsNoPlaceForCallsThatRanOutOfTime() {
    BoundedKeyEncryptionKey bounded = new BoundedKeyEncryptionKey(hanging, Duration.ofMillis(1), 1);
    for (int call = 1; call <= 3; call++) {
      CompletionStage<SecretBytes> answer = bounded.unwrap(ANY, ANY);
      assertThatThrownBy(() -> await(answer))
          .hasCauseExactlyInstanceOf(KeyEncryptionKeyUnavailable.class);
      assertThat(hanging.calls).hasSize(call);
    }
  }

  @Test
  void speaksForTheKeyItBounds() {
    BoundedKeyEncryptionKey bounded = new BoundedKeyEncryptionKey(hanging, LONG, 1);
    assertThat(bounded.id()).isEqualTo("hanging");
    assertThat(bounded.holds("hanging")).isTrue();
    assertThat(bounded.holds("other")).isFalse();
  }

  @Test
  void refusesNoTimeAndNoCalls() {
    assertThatThrownBy(() -> new BoundedKeyEncryptionKey(hanging, Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BoundedKeyEncryptionKey(hanging, LONG, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void await(CompletionStage<?> stage)
      throws ExecutionException, InterruptedException, TimeoutException {
    stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static final class HangingKey implements KeyEncryptionKey {

    private final List<CompletableFuture<SecretBytes>> calls = new ArrayList<>();

    @Override
    public String id() {
      return "hanging";
    }

    @Override
    public CompletionStage<byte[]> wrap(SecretBytes dataKey, byte[] associatedData) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<SecretBytes> unwrap(byte[] wrapped, byte[] associatedData) {
      CompletableFuture<SecretBytes> call = new CompletableFuture<>();
      calls.add(call);
      return call;
    }
  }
}
