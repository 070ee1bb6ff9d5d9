package dev.tollgate.admin.usage;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose usage is asked for.
 *
 * @param within only rows of these projects; null: of all
 */
record UsageSubject(Kind kind, String id, @Nullable Set<String> within) {

  /** A key, a project or an organization, each with an index of its own. */
  enum Kind {
    KEY("key_id"),
    PROJECT("project_id"),
    ORGANIZATION("organization_id");

    private final String column;

    Kind(String column) {
      this.column = column;
    }

    String column() {
      return column;
    }
  }
}
