package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the simulator sends for one request.
 *
 * @param status an HTTP status
 * @param headers in the order in which they are sent; without a content-length the body is chunked
 * @param frames the body, one write each
 * @param delivery how they leave
 * @param inputTokens what the ledger counts as read
 */
public record Answer(
    int status, List<Header> headers, List<Frame> frames, Delivery delivery, int inputTokens) {

  public Answer {
    headers = List.copyOf(headers);
    frames = List.copyOf(frames);
  }

  /** A JSON document with its length. */
  static Answer json(int status, Map<String, ?> document) {
    return whole(status, "application/json", Json.bytes(document));
  }

  /** A body of a known length in one frame. */
  static Answer whole(int status, String contentType, byte[] body) {
    List<Header> headers =
        List.of(
            new Header("content-type", contentType),
            new Header("content-length", Integer.toString(body.length)));
    return new Answer(status, headers, List.of(new Frame(body, 0)), Delivery.PROMPT, 0);
  }

  /** A stream of server-sent events, one frame each. */
  static Answer events(List<Frame> events) {
    List<Header> headers =
        List.of(
            new Header("content-type", "text/event-stream; charset=utf-8"),
            new Header("cache-control", "no-cache"));
    return new Answer(200, headers, events, Delivery.PROMPT, 0);
  }

  /**
   * An exact answer, for replaying recorded traffic.
   *
   * @param cuts offsets into the body, ascending, at which one write ends and the next begins
   */
  public static Answer scripted(int status, List<Header> headers, byte[] body, int... cuts) {
    List<Frame> frames = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      frames.add(new Frame(Arrays.copyOfRange(body, from, cut), 0));
      from = cut;
    }
    frames.add(new Frame(Arrays.copyOfRange(body, from, body.length), 0));
    frames.removeIf(frame -> frame.bytes().length == 0);
    return new Answer(status, headers, frames, Delivery.PROMPT, 0);
  }

  public Answer delivered(Delivery other) {
    return new Answer(status, headers, frames, other, inputTokens);
  }

  Answer counting(int input) {
    return new Answer(status, headers, frames, delivery, input);
  }

  Answer withFrames(List<Frame> others) {
    return new Answer(status, headers, others, delivery, inputTokens);
  }

  Answer withHeader(String name, String value) {
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new Answer(status, more, frames, delivery, inputTokens);
  }

  Answer withoutHeader(String name) {
    List<Header> fewer =
        headers.stream().filter(header -> !header.name().equalsIgnoreCase(name)).toList();
    return new Answer(status, fewer, frames, delivery, inputTokens);
  }

  byte[] body() {
    int length = frames.stream().mapToInt(frame -> frame.bytes().length).sum();
    byte[] whole = new byte[length];
    int at = 0;
    for (Frame frame : frames) {
      System.arraycopy(frame.bytes(), 0, whole, at, frame.bytes().length);
      at += frame.bytes().length;
    }
    return whole;
  }

  int outputTokens() {
    return frames.stream().mapToInt(Frame::outputTokens).sum();
  }
}
