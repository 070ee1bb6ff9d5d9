package dev.tollgate.gateway.journal;

import org.jspecify.annotations.Nullable;

/** One admission, until its row is stored. Guarded by its journal. */
public final class Ticket {

  final byte[] id;
  final byte[] admission;
  volatile byte @Nullable [] settlement;
  Segment segment;

  Ticket(byte[] id, byte[] admission, Segment segment) {
    this.id = id;
    this.admission = admission;
    this.segment = segment;
  }

  /** The row as it is to be stored. */
  public byte[] row() {
    byte[] settled = settlement;
    return settled != null ? settled : admission;
  }
}
