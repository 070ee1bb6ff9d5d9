package dev.tollgate.benchmark.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** The same request with one key after the other, in an order that no cache foresees. */
final class KeyedRequests implements Supplier<ByteBuf> {

  private static final long SEED = 4711;
  private static final String BEFORE_KEY = "authorization: Bearer ";

  private final ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final KeyRing ring;
  private final byte[] template;
  private final int keyAt;
  private int next;

  KeyedRequests(Target target, KeyRing ring, int bodyBytes) {
    this.ring = ring;
    Target sameLength = new Target(target.address(), "k".repeat(ring.length()));
    this.template = ByteBufUtil.getBytes(sameLength.request(false, bodyBytes));
    this.keyAt = new String(template, US_ASCII).indexOf(BEFORE_KEY) + BEFORE_KEY.length();
  }

  /** To be released by whoever writes it. */
  @Override
  public ByteBuf get() {
    int key = ring.everyOneFirst() && next < ring.used() ? next++ : random.nextInt(ring.used());
    return allocator
        .directBuffer(template.length)
        .writeBytes(template)
        .setBytes(keyAt, ring.keys(), key * ring.length(), ring.length());
  }
}
