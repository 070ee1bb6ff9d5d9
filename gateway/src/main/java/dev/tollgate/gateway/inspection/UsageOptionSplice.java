package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The one edit that makes an OpenAI request ask for {@code stream_options.include_usage}: the bytes
 * {@code [from, to)} of the body give way to {@code text}; every other byte stays.
 *
 * @param from offset of the first byte that goes
 * @param to offset after the last byte that goes; equal to {@code from} for a pure insertion
 * @param text ASCII
 */
public record UsageOptionSplice(int from, int to, String text) {

  public UsageOptionSplice {
    if (from < 0 || to < from || text.isEmpty()) {
      throw new IllegalArgumentException("not a splice: [%d, %d)".formatted(from, to));
    }
  }

  /**
   * The edited body, without copying what stays.
   *
   * @param body as inspected; neither consumed nor released
   * @return a new buffer, to be released by its receiver
   */
  public ByteBuf applyTo(ByteBuf body, ByteBufAllocator allocator) {
    int start = body.readerIndex();
    CompositeByteBuf edited = allocator.compositeBuffer(3);
    edited.addComponent(true, body.retainedSlice(start, from));
    // from the allocator: one heap component would make the native transport copy the whole body
    edited.addComponent(true, insertion(allocator));
    edited.addComponent(true, body.retainedSlice(start + to, body.readableBytes() - to));
    return edited;
  }

  private ByteBuf insertion(ByteBufAllocator allocator) {
    ByteBuf buffer = allocator.buffer(text.length());
    buffer.writeCharSequence(text, StandardCharsets.US_ASCII);
    return buffer;
  }
}
