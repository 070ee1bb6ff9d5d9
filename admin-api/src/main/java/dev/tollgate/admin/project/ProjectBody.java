package dev.tollgate.admin.project;

import dev.tollgate.admin.problem.Title;
import org.jspecify.annotations.Nullable;

/**
 * What of a project can be changed.
 *
 * @param maxTokenTtl null: 90 days
 */
record ProjectBody(@Title String name, @Nullable TokenLifetime maxTokenTtl) {

  TokenLifetime tokenLifetime() {
    return maxTokenTtl == null ? TokenLifetime.LONGEST : maxTokenTtl;
  }
}
