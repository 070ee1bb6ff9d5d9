package dev.tollgate.admin.project;

import dev.tollgate.admin.organization.UnknownPrice;
import dev.tollgate.admin.problem.Title;
import org.jspecify.annotations.Nullable;

/**
 * What of a project can be changed.
 *
 * @param maxTokenTtl null: 90 days
 * @param unknownPrice null: as its organization says
 */
record ProjectBody(
    @Title String name, @Nullable TokenLifetime maxTokenTtl, @Nullable UnknownPrice unknownPrice) {

  TokenLifetime tokenLifetime() {
    return maxTokenTtl == null ? TokenLifetime.LONGEST : maxTokenTtl;
  }
}
