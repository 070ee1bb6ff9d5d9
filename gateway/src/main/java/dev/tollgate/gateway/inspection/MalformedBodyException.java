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

  /**
   * Some providers' JSON libraries match names without regard to case, and would take "Model" for
   * the model that was never checked.
   */
  static MalformedBodyException differsInCase() {
    return new MalformedBodyException(
        "The request body has a field that differs from a known one only in case.", null);
  }

  Malformed malformed() {
    return malformed;
  }
}
