package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.document.DurationText;
import dev.tollgate.admin.project.TokenLifetime;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The policy of an organization, a team or a project; an empty document where none was written.
 *
 * @param document what a key must stay within
 * @param maxTokenTtl seconds that a project's tokens last at most; null: 90 days, and of no project
 * @param version of the organization, the team or the project
 */
record ScopePolicy(
    Level level,
    String id,
    String organizationId,
    ObjectNode document,
    @Nullable Long maxTokenTtl,
    int version) {

  /** Whose policy it is; each is a level of its own that a request must pass. */
  enum Level {
    ORGANIZATION("organization", "id", PolicyFields.CEILING),
    TEAM("team", "organization_id", PolicyFields.CEILING),
    PROJECT("project", "organization_id", PolicyFields.PROJECT_POLICY);

    private final String text;
    private final String organizationColumn;

    @SuppressWarnings("ImmutableEnumChecker") // nothing changes a shape or a reader of it
    private final DocumentReader reader;

    Level(String text, String organizationColumn, DocumentShape shape) {
      this.text = text;
      this.organizationColumn = organizationColumn;
      this.reader = new DocumentReader(shape);
    }

    /** As it stands in the audit log; also its table's name. */
    String text() {
      return text;
    }

    String organizationColumn() {
      return organizationColumn;
    }

    DocumentReader reader() {
      return reader;
    }
  }

  @Nullable String projectId() {
    return level == Level.PROJECT ? id : null;
  }

  /** The document with what else stands in the policy of a project. */
  ObjectNode shown() {
    ObjectNode shown = document.deepCopy();
    if (maxTokenTtl != null) {
      shown.put(PolicyFields.MAX_TOKEN_TTL, DurationText.format(Duration.ofSeconds(maxTokenTtl)));
    }
    return shown;
  }

  /**
   * With other contents.
   *
   * @param written as it was read by the shape of its level
   */
  ScopePolicy with(ObjectNode written) {
    ObjectNode rules = written.deepCopy();
    JsonNode ttl = rules.remove(PolicyFields.MAX_TOKEN_TTL);
    return new ScopePolicy(level, id, organizationId, rules, seconds(ttl), version);
  }

  /** A number where the writer gave one, else text as it is shown. */
  private static @Nullable Long seconds(@Nullable JsonNode ttl) {
    if (ttl == null) {
      return null;
    }
    Duration duration = DurationText.parse(ttl.asString()).orElseThrow();
    return duration.equals(TokenLifetime.LONGEST.duration()) ? null : duration.toSeconds();
  }

  ScopePolicy at(int newVersion) {
    return new ScopePolicy(level, id, organizationId, document, maxTokenTtl, newVersion);
  }
}
