package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.pipeline.StateKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a body is changed by before it is sent: the model's name, the question for usage, a maximum
 * of the answer, or nothing. All offsets are those of the body as it came.
 */
public final class BodyEdits {

  /** The body is sent as it came. */
  public static final BodyEdits NONE = new BodyEdits(List.of());

  /** What stages before the call have found that the body must say; none: nothing. */
  public static final StateKey<List<BodyEdit>> DEMANDED = StateKey.named("demanded edits");

  private final List<BodyEdit> inOrder;

  private BodyEdits(List<BodyEdit> inOrder) {
    this.inOrder = inOrder;
  }

  /**
   * The edits that are not null, in whatever order they stand in the body.
   *
   * @throws IllegalArgumentException if they overlap
   */
  public static BodyEdits of(@Nullable BodyEdit one, @Nullable BodyEdit other) {
    if (one == null && other == null) {
      return NONE;
    }
    return of(Stream.of(one, other).filter(Objects::nonNull));
  }

  private static BodyEdits of(Stream<BodyEdit> edits) {
    List<BodyEdit> inOrder = edits.sorted(Comparator.comparingInt(BodyEdit::from)).toList();
    for (int i = 1; i < inOrder.size(); i++) {
      if (inOrder.get(i - 1).to() > inOrder.get(i).from()) {
        throw new IllegalArgumentException("edits overlap: " + inOrder);
      }
    }
    return new BodyEdits(inOrder);
  }

  /**
   * These and others.
   *
   * @throws IllegalArgumentException if they overlap
   */
  public BodyEdits and(List<BodyEdit> others) {
    return of(Stream.concat(inOrder.stream(), others.stream()));
  }

  /**
   * The body to send, without copying what stays.
   *
   * @param body as inspected; neither consumed nor released
   * @return a buffer of its own, to be released by its receiver
   * @throws IllegalArgumentException if an edit stands outside the body
   */
  public ByteBuf applyTo(ByteBuf body, ByteBufAllocator allocator) {
    if (inOrder.isEmpty()) {
      return body.retainedDuplicate();
    }
    if (inOrder.getLast().to() > body.readableBytes()) {
      throw new IllegalArgumentException("not an edit of this body: " + inOrder.getLast());
    }
    CompositeByteBuf edited = allocator.compositeBuffer(2 * inOrder.size() + 1);
    int at = 0;
    for (BodyEdit edit : inOrder) {
      addKept(edited, body, at, edit.from());
      // from the allocator: one heap component would make the native transport copy the whole body
      edited.addComponent(true, edit.encoded(allocator));
      at = edit.to();
    }
    addKept(edited, body, at, body.readableBytes());
    return edited;
  }

  private static void addKept(CompositeByteBuf edited, ByteBuf body, int from, int to) {
    if (from < to) {
      edited.addComponent(true, body.retainedSlice(body.readerIndex() + from, to - from));
    }
  }
}
