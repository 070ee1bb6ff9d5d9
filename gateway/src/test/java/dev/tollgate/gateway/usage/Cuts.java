package dev.tollgate.gateway.usage;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The ways an answer may be cut on its way. */
final class Cuts {

  /** Bodies below this many bytes are cut in two at each of their bytes. */
  private static final int SMALL = 4096;

  private Cuts() {}

  /** All ways for this body: each a list of parts that join to it. */
  static Stream<List<byte[]>> of(byte[] body) {
    Stream<List<byte[]>> steps =
        IntStream.of(1, 7, 61, 1021, 8209).mapToObj(step -> inSteps(body, step));
    return Stream.of(Stream.of(List.of(body)), everywhere(body), steps, insideCharacters(body))
        .flatMap(each -> each);
  }

  private static Stream<List<byte[]>> everywhere(byte[] body) {
    int last = body.length < SMALL ? body.length : 0;
    return IntStream.range(1, last).mapToObj(at -> at(body, new int[] {at}));
  }

  static List<byte[]> inSteps(byte[] body, int step) {
    return at(body, IntStream.iterate(step, at -> at < body.length, at -> at + step).toArray());
  }

  /** Before each byte that continues a character of UTF-8. */
  private static Stream<List<byte[]>> insideCharacters(byte[] body) {
    int[] cuts = IntStream.range(1, body.length).filter(i -> (body[i] & 0xC0) == 0x80).toArray();
    return cuts.length == 0 ? Stream.empty() : Stream.of(at(body, cuts));
  }

  private static List<byte[]> at(byte[] body, int[] cuts) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      parts.add(Arrays.copyOfRange(body, from, cut));
      from = cut;
    }
    parts.add(Arrays.copyOfRange(body, from, body.length));
    return parts;
  }

  /** Lends the parts to the reader, in turn from the heap and from outside it. */
  static UsageReading read(UsageReader reader, List<byte[]> parts) {
    boolean direct = false;
    for (byte[] part : parts) {
      ByteBuf buffer = direct ? Unpooled.directBuffer(part.length) : Unpooled.buffer(part.length);
      buffer.writeBytes(part);
      reader.accept(buffer);
      if (buffer.refCnt() != 1 || buffer.readableBytes() != part.length || !buffer.release()) {
        throw new AssertionError("a reader keeps, releases and moves nothing");
      }
      direct = !direct;
    }
    return reader.read();
  }
}
