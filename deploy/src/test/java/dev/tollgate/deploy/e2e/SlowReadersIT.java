package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.simulator.Answer;
import dev.tollgate.deploy.simulator.Delivery;
import dev.tollgate.deploy.simulator.Frame;
import dev.tollgate.deploy.simulator.Header;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readers that take a stream slowly and go away leave no memory behind: rounds of them leave the
 * gauges of direct buffers where the first rounds left them. On HTTP/1.1 only, since the public
 * port speaks nothing else ({@link ListeningPortsIT}).
 */
@EnabledOnOs(OS.LINUX)
class SlowReadersIT {

  private static final Logger log = LoggerFactory.getLogger(SlowReadersIT.class);

  private static final int ROUNDS = 10;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int READERS = 100;

  /** Of 4 KB: more than the sockets on the way hold, so that the gateway waits for each reader. */
  private static final int EVENTS = 20_000;

  /** What a thousand readers may leave; each left 200 KB where this went wrong. */
  private static final long TOLERANCE_BYTES = 16 << 20;

  private final Bed bed = Bed.shared();
  private final Tenant.Key key = bed.tenantWithProviders().key();
  private final SlowReader.Clients clients = new SlowReader.Clients();

  @AfterEach
  void behaveAgain() {
    clients.close();
    bed.simulator().respondNormally();
  }

  @Test
  void readersThatGoAwayLeaveDirectMemoryWhereItWas() {
    bed.simulator().respondWith(endlessStream());
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      readSlowlyAndLeave();
    }
    long before = directBytes();
    for (int round = 0; round < ROUNDS; round++) {
      readSlowlyAndLeave();
    }
    long after = directBytes();
    log.info("direct memory {} KB before and {} KB after", before >> 10, after >> 10);
    assertThat(after - before).isLessThan(TOLERANCE_BYTES);
  }

  private void readSlowlyAndLeave() {
    List<SlowReader> readers = new ArrayList<>();
    try {
      for (int i = 0; i < READERS; i++) {
        readers.add(clients.open(bed.gateway(), request()));
      }
      readers.forEach(reader -> reader.awaitBytes(512));
      assertThat(bed.simulator().inFlight()).isEqualTo(READERS);
    } finally {
      readers.forEach(SlowReader::leave);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> bed.simulator().inFlight() == 0);
  }

  private byte[] request() {
    String body = Wire.OPENAI.body("gpt-4o", true);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
            + "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(key.token(), body.getBytes(UTF_8).length);
    return (head + body).getBytes(UTF_8);
  }

  /** One array of bytes for all readers: the simulator's own memory is not what is measured. */
  private static Answer endlessStream() {
    byte[] event =
        ("data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(4_000) + "\"}}]}\n\n")
            .getBytes(US_ASCII);
    return new Answer(
        200,
        List.of(new Header("content-type", "text/event-stream")),
        Collections.nCopies(EVENTS, new Frame(event, 0)),
        Delivery.PROMPT,
        0);
  }

  /** Of every allocator in use, and what Netty took around them. */
  private static long directBytes() {
    long used = Math.max(0, PlatformDependent.usedDirectMemory());
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator) {
      used = Math.max(used, allocator.metric().usedDirectMemory());
    }
    return Math.max(used, PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
  }
}
