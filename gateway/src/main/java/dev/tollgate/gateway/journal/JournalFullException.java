package dev.tollgate.gateway.journal;

/** No admission can be written: the disk is full, or the database has taken no rows for long. */
public final class JournalFullException extends RuntimeException {
  JournalFullException() {
    super("the journal is full", null, false, false);
  }
}
