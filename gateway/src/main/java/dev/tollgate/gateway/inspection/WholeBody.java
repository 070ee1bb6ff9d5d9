package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;

/**
 * A body that one thread may inspect while another gives its request up; the last one to leave
 * releases it. Netty's own count would not do: of a buffer that was released and is in use again, a
 * late {@code retain()} takes a part.
 */
final class WholeBody {

  private final ByteBuf bytes;
  private int users = 1;

  /** One user is in it: the request. */
  WholeBody(ByteBuf bytes) {
    this.bytes = bytes;
  }

  /** For those who are in it. */
  ByteBuf bytes() {
    return bytes;
  }

  /** Whether it is still there; if so, it stays until this user has left. */
  synchronized boolean enter() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  synchronized void leave() {
    if (--users == 0) {
      bytes.release();
    }
  }
}
