package dev.tollgate.admin.document;

import dev.tollgate.admin.problem.FieldError;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one reading found wrong, in the order of the document; bounded, since the document is a
 * stranger's.
 */
public final class Findings {
  private static final int MAX_ERRORS = 100;

  private final Set<FieldError> errors = new LinkedHashSet<>();

  void add(FieldError error) {
    if (errors.size() < MAX_ERRORS) {
      errors.add(error);
    }
  }

  List<FieldError> errors() {
    return List.copyOf(errors);
  }
}
