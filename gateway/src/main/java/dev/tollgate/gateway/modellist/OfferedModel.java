package dev.tollgate.gateway.modellist;

import org.jspecify.annotations.Nullable;

/**
 * A model that a service offers.
 *
 * @param upstreamName what the provider calls it, where that differs
 */
record OfferedModel(ModelEntry entry, @Nullable String upstreamName) {

  String id() {
    return entry.id();
  }
}
