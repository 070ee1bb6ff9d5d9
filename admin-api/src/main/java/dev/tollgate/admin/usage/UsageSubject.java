package dev.tollgate.admin.usage;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose usage is asked for.
 *
 * @param within only rows of these projects; null: of all
 */
record UsageSubject(Kind kind, String id, @Nullable Set<String> within) {

  /** Which rows are its own; of all but a team there is an index. */
  enum Kind {
    KEY("key_id = :subject"),
    PROJECT("project_id = :subject"),
    /** Those of its keys. */
    TEAM("key_id IN (SELECT k.id FROM tollgate.virtual_key k WHERE k.team_id = :subject)"),
    ORGANIZATION("organization_id = :subject");

    private final String condition;

    Kind(String condition) {
      this.condition = condition;
    }

    String condition() {
      return condition;
    }
  }
}
