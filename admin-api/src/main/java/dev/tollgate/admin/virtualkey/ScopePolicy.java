package dev.tollgate.admin.virtualkey;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The policy of a project or an organization; an empty document where none was written.
 *
 * @param projectId null: the organization's
 * @param version of the project or the organization
 */
record ScopePolicy(
    String organizationId, @Nullable String projectId, ObjectNode document, int version) {

  String id() {
    return projectId == null ? organizationId : projectId;
  }
}
