package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.inspection.Inspection.Malformed;
import org.jspecify.annotations.Nullable;

/** Leaves the reading of a body at the first thing that is wrong; never leaves this package. */
final class MalformedBodyException extends RuntimeException {

  private final transient Malformed malformed;

  MalformedBodyException(String reason, @Nullable String param) {
    super(reason, null, false, false);
    this.malformed = new Malformed(reason, param);
  }

  Malformed malformed() {
    return malformed;
  }
}
