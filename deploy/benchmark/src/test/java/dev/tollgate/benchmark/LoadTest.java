package dev.tollgate.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.benchmark.load.KeyRing;
import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadFailedException;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.upstream.StreamPlan;
import dev.tollgate.benchmark.upstream.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The load against the upstream, over real sockets and without a gateway. */
class LoadTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int BODY_BYTES = 1024;

  private final Network network = new Network(1);
  private final Upstream upstream = network.upstream();
  private final LoadGenerator generator = network.generator();
  private final Target target = new Target(upstream.address(), "sk-bench");

  @AfterEach
  void stop() {
    upstream.close();
    network.close();
  }

  private static void awaitCount(Load load, long count) {
    Awaitility.await().atMost(PATIENCE).until(() -> load.count() >= count);
  }

  @Test
  void saturates() {
    try (Load load = generator.saturation(target, 4, BODY_BYTES)) {
      load.beginWindow();
      awaitCount(load, 100);

      assertThat(load.endWindow().answer().percentileMillis(50)).isPositive();
    }
  }

  @Test
  void asksWithManyKeys() {
    byte[] keys = "tgk_1tgk_2tgk_3".getBytes(US_ASCII);
    try (Load load = generator.saturation(target, KeyRing.of(keys, 5, 3, true), 4, BODY_BYTES)) {
      awaitCount(load, 100);

      assertThat(load.count()).isGreaterThanOrEqualTo(100);
    }
  }

  @Test
  void keepsItsRate() {
    long begun = System.nanoTime();
    try (Load load = generator.fixedRate(target, 4, 200, BODY_BYTES)) {
      awaitCount(load, 50);

      // the 50th was due after 245 ms; never earlier, however fast the answers are
      assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(240).toNanos());
    }
  }

  @Test
  void countsEveryEventOfAStreamAndBeginsItAnew() {
    upstream.stream(new StreamPlan(3, Duration.ofMillis(1)));
    try (Load load = generator.streams(target, 2, BODY_BYTES)) {
      load.beginWindow();
      // three, the usage and [DONE]: five a stream
      awaitCount(load, 30);

      Load.Window window = load.endWindow();
      assertThat(window.firstByte().size()).isGreaterThanOrEqualTo(2);
      assertThat(window.gap().size()).isPositive();
    }
  }

  @Test
  void holdsIdleStreamsOpen() {
    upstream.stream(StreamPlan.IDLE);
    try (Load load = generator.streams(target, 3, BODY_BYTES)) {
      awaitCount(load, 3);

      assertThat(load.count()).isEqualTo(3);
    }
  }

  @Test
  void isNoMeasurementWhenRequestsAreRefused() throws IOException {
    HttpServer refusing =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    refusing.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(429, 2);
          exchange.getResponseBody().write("no".getBytes(US_ASCII));
          exchange.close();
        });
    refusing.start();
    Load load = generator.saturation(new Target(refusing.getAddress(), "sk-bench"), 1, BODY_BYTES);
    awaitCount(load, 1);

    assertThatThrownBy(load::close)
        .isInstanceOf(LoadFailedException.class)
        .hasMessageContaining("status 429: no");
    refusing.stop(0);
  }
}
