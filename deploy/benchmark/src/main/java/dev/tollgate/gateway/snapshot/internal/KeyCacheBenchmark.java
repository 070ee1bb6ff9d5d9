package dev.tollgate.gateway.snapshot.internal;

import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.Lookup;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Mono;

/**
 * A key looked up among many that are in memory, each with a small policy of its own, in an order
 * that no cache of the processor likes. More keys: {@code -p keys=1000000}, with a heap of 4 GB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyCacheBenchmark {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int WORDS = KeyDigest.LENGTH / Long.BYTES;

  /** As many keys are held. */
  @Param({"1", "1000", "100000"})
  int keys;

  private List<KeyDigest> digests = List.of();
  private int made;
  private int next;
  private @Nullable SnapshotCache<KeyDigest, KeySnapshot> cache;
  private long heapBytes;

  @Setup
  public void load() {
    Random random = new Random(1);
    List<KeyDigest> all = new ArrayList<>(keys);
    for (int i = 0; i < keys; i++) {
      all.add(digest(random));
    }
    long before = usedBytes();
    SnapshotCache<KeyDigest, KeySnapshot> filled =
        new SnapshotCache<>(
            keys,
            PATIENCE,
            PATIENCE,
            digest -> Mono.just(new Lookup.Found<>(snapshot())),
            KeySnapshot::keyId);
    all.forEach(digest -> filled.get(digest).block());
    heapBytes = usedBytes() - before;
    cache = filled;
    digests = all;
  }

  private static KeyDigest digest(Random random) {
    ByteBuffer value = ByteBuffer.allocate(KeyDigest.LENGTH);
    for (int i = 0; i < WORDS; i++) {
      value.putLong(random.nextLong());
    }
    return new KeyDigest(1, value.array());
  }

  private KeySnapshot snapshot() {
    String name = "key_" + made++;
    return new KeySnapshot(
        name,
        "org_1",
        null,
        List.of("prj_1"),
        "production",
        null,
        false,
        null,
        null,
        false,
        null,
        List.of(
            PolicyDocuments.compile(
                "{\"permissions\":{\"models\":{\"allowed\":[\"gpt-4o*\",\"" + name + "\"]}}}")),
        "{\"team\":\"" + name + "\"}");
  }

  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Cache, snapshot and policy together. */
  @TearDown
  @SuppressWarnings("SystemOut") // a line among those of JMH
  public void tellHeap() {
    System.out.printf("# %d bytes of heap for a key%n", heapBytes / keys);
  }

  /** As a request does, whose key is in memory. */
  @Benchmark
  public @Nullable Object lookUp() {
    SnapshotCache<KeyDigest, KeySnapshot> filled = cache;
    next = next + 1 == keys ? 0 : next + 1;
    return filled == null ? null : filled.get(digests.get(next)).block();
  }
}
