package dev.tollgate.admin.organization;

import dev.tollgate.admin.problem.Title;
import org.jspecify.annotations.Nullable;

/**
 * What of an organization can be written.
 *
 * @param unknownPrice null: allow
 */
record OrganizationBody(@Title String name, @Nullable UnknownPrice unknownPrice) {

  UnknownPrice unknownPriceOrDefault() {
    return unknownPrice == null ? UnknownPrice.ALLOW : unknownPrice;
  }
}
