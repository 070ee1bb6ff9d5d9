package dev.tollgate.gateway.usage;

/**
 * Finds the end of a gzip member's header (RFC 1952 §2.3), cut anywhere. Its identification is not
 * checked here: what follows does not inflate then.
 */
final class GzipHeader {

  private static final int FIXED = 10;
  private static final int FLAGS_AT = 3;
  private static final int HEADER_CRC = 1 << 1;
  private static final int EXTRA = 1 << 2;
  private static final int NAME = 1 << 3;
  private static final int COMMENT = 1 << 4;

  private int position;
  private int flags;

  /** Bytes of the present part still to come; of the extra field once its length is known. */
  private int remaining = -1;

  /**
   * Where in {@code [from, to)} the compressed data begin; {@code to} while still in the header.
   */
  int skip(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && !isOver()) {
      take(bytes[i++] & 0xFF);
    }
    return i;
  }

  private boolean isOver() {
    return position >= FIXED && flags == 0;
  }

  private void take(int value) {
    if (position < FIXED) {
      fixed(value);
    } else if ((flags & EXTRA) != 0) {
      extra(value);
    } else if ((flags & (NAME | COMMENT)) != 0) {
      text(value);
    } else {
      headerCrc();
    }
  }

  private void fixed(int value) {
    if (position == FLAGS_AT) {
      flags = value & (HEADER_CRC | EXTRA | NAME | COMMENT);
    }
    position++;
  }

  private void extra(int value) {
    position++;
    if (position == FIXED + 1) {
      remaining = value;
    } else if (position == FIXED + 2) {
      remaining |= value << 8;
    } else {
      remaining--;
    }
    if (position >= FIXED + 2 && remaining == 0) {
      endOf(EXTRA);
    }
  }

  private void text(int value) {
    if (value == 0) {
      endOf((flags & NAME) != 0 ? NAME : COMMENT);
    }
  }

  private void headerCrc() {
    remaining = remaining < 0 ? 1 : 0;
    if (remaining == 0) {
      endOf(HEADER_CRC);
    }
  }

  private void endOf(int part) {
    flags &= ~part;
    remaining = -1;
  }
}
