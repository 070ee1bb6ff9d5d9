package dev.tollgate.deploy.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Ways to cut a body anew; the bytes stay, but for those that leave some out on purpose. */
final class Frames {

  private Frames() {}

  static List<Frame> firstHalf(List<Frame> frames) {
    if (frames.size() == 1) {
      byte[] bytes = frames.getFirst().bytes();
      return List.of(frames.getFirst().withBytes(Arrays.copyOf(bytes, bytes.length / 2)));
    }
    return frames.subList(0, frames.size() / 2);
  }

  /** The first half, its last frame cut in two and the rest left out. */
  static List<Frame> cutMidFrame(List<Frame> frames) {
    List<Frame> half = new ArrayList<>(firstHalf(frames));
    Frame last = half.removeLast();
    half.add(last.withBytes(Arrays.copyOf(last.bytes(), Math.max(1, last.bytes().length / 2))));
    return half;
  }

  static List<Frame> append(List<Frame> frames, Frame last) {
    List<Frame> more = new ArrayList<>(frames);
    more.add(last);
    return more;
  }

  static List<Frame> cutEvery(int bytes, List<Frame> frames) {
    List<Frame> pieces = new ArrayList<>();
    for (Frame frame : frames) {
      for (int from = 0; from < frame.bytes().length; from += bytes) {
        int to = Math.min(frame.bytes().length, from + bytes);
        int tokens = from == 0 ? frame.outputTokens() : 0;
        pieces.add(new Frame(Arrays.copyOfRange(frame.bytes(), from, to), tokens));
      }
    }
    return pieces;
  }

  /** Cuts after the first byte of each character that has more than one. */
  static List<Frame> splitCharacters(List<Frame> frames) {
    List<Frame> pieces = new ArrayList<>();
    for (Frame frame : frames) {
      splitCharacters(frame, pieces);
    }
    return pieces;
  }

  private static void splitCharacters(Frame frame, List<Frame> pieces) {
    byte[] bytes = frame.bytes();
    int from = 0;
    for (int at = 0; at < bytes.length; at++) {
      boolean leadByte = (bytes[at] & 0xC0) == 0xC0;
      if (leadByte) {
        pieces.add(new Frame(Arrays.copyOfRange(bytes, from, at + 1), 0));
        from = at + 1;
      }
    }
    pieces.add(new Frame(Arrays.copyOfRange(bytes, from, bytes.length), frame.outputTokens()));
  }

  /** One compressed stream, flushed after each frame. */
  static List<Frame> gzip(List<Frame> frames) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    List<Frame> out = new ArrayList<>();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed, true)) {
      for (Frame frame : frames) {
        gzip.write(frame.bytes());
        gzip.flush();
        out.add(frame.withBytes(compressed.toByteArray()));
        compressed.reset();
      }
      gzip.finish();
      out.add(new Frame(compressed.toByteArray(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    return out;
  }
}
