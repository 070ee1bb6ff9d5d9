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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readers that take a stream slowly are waited for, and leave no memory behind when they go away:
 * rounds of them leave the gauges of direct buffers where the first rounds left them. On HTTP/1.1
 * only, since the public port speaks nothing else ({@link ListeningPortsIT}).
 */
@EnabledOnOs(OS.LINUX)
class SlowReadersIT {

  private static final Logger log = LoggerFactory.getLogger(SlowReadersIT.class);

  private static final int ROUNDS = 10;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int READERS = 100;

  /** Of 4 KB: more than the sockets on the way hold, so that the gateway waits for each reader. */
  private static final int EVENTS = 20_000;

  private static final byte[] EVENT =
      ("data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(4_000) + "\"}}]}\n\n")
          .getBytes(US_ASCII);

  private static final int PATIENT_READERS = 4;

  /** In which a provider that may send does. */
  private static final Duration STANDSTILL = Duration.ofMillis(500);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

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

  /** The sockets on the way take some of it, the gateway next to nothing. */
  @Test
  void theProviderIsHeldBackAsLongAsTheReaderStays() {
    bed.simulator().respondWith(endlessStream());
    long before = bed.simulator().sentBytes();
    List<SlowReader> readers = new ArrayList<>();
    try {
      for (int i = 0; i < PATIENT_READERS; i++) {
        readers.add(clients.open(bed.gateway(), request()));
      }
      readers.forEach(reader -> reader.awaitBytes(512));
      long sent = sentWhenNoMoreIs() - before;
      log.info("{} readers were sent {} KB each", PATIENT_READERS, sent / PATIENT_READERS / 1024);
      assertThat(bed.simulator().inFlight()).isEqualTo(PATIENT_READERS);
      assertThat(sent).isPositive().isLessThan((long) PATIENT_READERS * EVENTS * EVENT.length / 2);
    } finally {
      readers.forEach(SlowReader::leave);
    }
    awaitNobodyAtTheProvider();
  }

  private long sentWhenNoMoreIs() {
    AtomicLong last = new AtomicLong(-1);
    await()
        .atMost(PATIENCE)
        .pollInterval(STANDSTILL)
        .until(() -> {
          long now = bed.simulator().sentBytes();
          return last.getAndSet(now) == now;
        });
    return last.get();
  }

  private void awaitNobodyAtTheProvider() {
    await().atMost(PATIENCE).until(() -> bed.simulator().inFlight() == 0);
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
    awaitNobodyAtTheProvider();
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
    return new Answer(
        200,
        List.of(new Header("content-type", "text/event-stream")),
        Collections.nCopies(EVENTS, new Frame(EVENT, 0)),
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
