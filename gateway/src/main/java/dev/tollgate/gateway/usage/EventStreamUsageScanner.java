package dev.tollgate.gateway.usage;

/**
 * Passes on the payload of each message of an AWS event stream ({@code
 * application/vnd.amazon.eventstream}): total length and header length (4 bytes each, big endian),
 * CRC of those, headers, payload, CRC of all. The checksums are the client's business. Framing that
 * cannot be ends the reading.
 */
final class EventStreamUsageScanner implements AnswerScanner {

  private static final int PRELUDE = 12;
  private static final int CHECKSUM = 4;

  /** The largest message of the format is 16 MiB with 128 KiB of headers. */
  private static final int MOST_HEADERS = 128 * 1024;

  private static final int MOST_TOTAL = PRELUDE + MOST_HEADERS + 16 * 1024 * 1024 + CHECKSUM;

  private final JsonUsageScanner json;
  private int position;
  private int total;
  private int headers;
  private boolean broken;

  EventStreamUsageScanner(JsonUsageScanner json) {
    this.json = json;
  }

  @Override
  public void scan(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && !broken) {
      i = position < PRELUDE ? prelude(bytes, i) : body(bytes, i, to);
    }
  }

  private int prelude(byte[] bytes, int i) {
    int value = bytes[i] & 0xFF;
    if (position < 4) {
      total = total << 8 | value;
    } else if (position < 8) {
      headers = headers << 8 | value;
    }
    position++;
    if (position == PRELUDE) {
      checkLengths();
    }
    return i + 1;
  }

  private void checkLengths() {
    broken =
        total < PRELUDE + CHECKSUM
            || total > MOST_TOTAL
            || headers < 0
            || headers > total - PRELUDE - CHECKSUM;
  }

  private int body(byte[] bytes, int from, int to) {
    int payloadStart = PRELUDE + headers;
    int payloadEnd = total - CHECKSUM;
    if (position < payloadStart) {
      return pass(payloadStart, from, to);
    }
    if (position < payloadEnd) {
      int end = pass(payloadEnd, from, to);
      json.scan(bytes, from, end);
      return end;
    }
    int end = pass(total, from, to);
    if (position == total) {
      nextMessage();
    }
    return end;
  }

  /** Moves to {@code target} within the message as far as the bytes reach. */
  private int pass(int target, int from, int to) {
    int step = Math.min(target - position, to - from);
    position += step;
    return from + step;
  }

  private void nextMessage() {
    position = 0;
    total = 0;
    headers = 0;
    json.reset();
  }
}
