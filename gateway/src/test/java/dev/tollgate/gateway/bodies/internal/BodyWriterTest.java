package dev.tollgate.gateway.bodies.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.crypto.envelope.WrappedDataKey;
import dev.tollgate.gateway.bodies.BodiesProperties;
import dev.tollgate.gateway.bodies.KeptBody;
import dev.tollgate.gateway.bodies.KeptBody.Part;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class BodyWriterTest {

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int LENGTH = 100;

  private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> stored = new ArrayList<>();
  private Function<String, Mono<Void>> database = this::stored;
  private BodyWriter writer;

  @BeforeEach
  void start() {
    writer =
        new BodyWriter(
            body -> Mono.defer(() -> database.apply(body.id())),
            new BodiesProperties(DataSize.ofMegabytes(1), DataSize.ofMegabytes(64), EVERY),
            time,
            meters);
    writer.start();
  }

  @AfterEach
  void stop() {
    database = this::stored;
    writer.stop();
    VirtualTimeScheduler.reset();
  }

  private Mono<Void> stored(String id) {
    stored.add(id);
    return Mono.empty();
  }

  private void keep(String id) {
    assertThat(writer.borrow(LENGTH)).isEqualTo(LENGTH);
    writer.keep(
        new KeptBody(
            id,
            Instant.EPOCH,
            "req_1",
            "org_1",
            "prj_1",
            null,
            null,
            Part.REQUEST,
            new WrappedDataKey("dek_1", "kek_1", new byte[] {1}),
            null,
            null,
            new byte[LENGTH],
            false));
  }

  private double held() {
    return meters.get("tollgate.bodies.kept.bytes").gauge().value();
  }

  @Test
  void storesWhatWaitsInOrder() {
    keep("bod_1");
    keep("bod_2");
    time.advanceTimeBy(EVERY);

    assertThat(stored).containsExactly("bod_1", "bod_2");
    assertThat(held()).isZero();
  }

  @Test
  void keepsOnceWhatCannotBeStored() {
    database = id -> Mono.error(new IllegalStateException("away"));
    keep("bod_1");
    keep("bod_2");
    time.advanceTimeBy(EVERY.multipliedBy(3));

    database = this::stored;
    time.advanceTimeBy(EVERY);
    assertThat(stored).containsExactly("bod_1", "bod_2");
    assertThat(held()).isZero();
  }

  @Test
  void keepsOnceWhatIsOnItsWayWhenItStops() {
    database = id -> id.equals("bod_2") && stored.size() == 1 ? Mono.never() : stored(id);
    keep("bod_1");
    keep("bod_2");
    time.advanceTimeBy(EVERY);
    assertThat(stored).containsExactly("bod_1");

    database = this::stored;
    writer.stop();
    assertThat(stored).containsExactly("bod_1", "bod_2");
    assertThat(held()).isZero();
  }

  /** Under load there is always one more: that is no failure. */
  @Test
  void leavesToTheNextTimeWhatComesWhileItStores() {
    database =
        id -> {
          keep(id + "+");
          return stored(id);
        };
    keep("a");
    keep("b");
    time.advanceTimeBy(EVERY);
    assertThat(stored).containsExactly("a", "b", "a+");
    time.advanceTimeBy(EVERY);
    assertThat(stored).hasSizeBetween(5, 7);
  }
}
