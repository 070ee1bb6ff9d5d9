package dev.tollgate.gateway.journal;

/** What a record says. */
enum RecordKind {
  /** A provider is about to be called: the row as it is stored if nothing more is heard of it. */
  ADMISSION(1),
  /** The row as it is to be stored. */
  SETTLEMENT(2);

  private final byte number;

  RecordKind(int number) {
    this.number = (byte) number;
  }

  byte number() {
    return number;
  }

  static RecordKind of(byte number) {
    return number == SETTLEMENT.number ? SETTLEMENT : ADMISSION;
  }
}
