package dev.tollgate.admin.virtualkey;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The policy of an organization, a team or a project; an empty document where none was written.
 *
 * @param version of the organization, the team or the project
 */
record ScopePolicy(
    Level level, String id, String organizationId, ObjectNode document, int version) {

  /** Whose policy it is; each is a level of its own that a request must pass. */
  enum Level {
    ORGANIZATION("organization", "id"),
    TEAM("team", "organization_id"),
    PROJECT("project", "organization_id");

    private final String text;
    private final String organizationColumn;

    Level(String text, String organizationColumn) {
      this.text = text;
      this.organizationColumn = organizationColumn;
    }

    /** As it stands in the audit log; also its table's name. */
    String text() {
      return text;
    }

    String organizationColumn() {
      return organizationColumn;
    }
  }

  @Nullable String projectId() {
    return level == Level.PROJECT ? id : null;
  }

  ScopePolicy with(ObjectNode changed, int newVersion) {
    return new ScopePolicy(level, id, organizationId, changed, newVersion);
  }
}
