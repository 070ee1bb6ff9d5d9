package dev.tollgate.admin.virtualkey.policy;

import dev.tollgate.admin.access.Role;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A key's policy in its long form, as {@link PolicyFields#KEY_POLICY} accepted it. Immutable: it
 * copies in and out.
 */
public final class PolicyDocument {
  private static final JsonPointer ORGANIZATION = JsonPointer.compile("/scope/organization_id");
  private static final JsonPointer TEAM = JsonPointer.compile("/scope/team_id");
  private static final JsonPointer PROJECTS = JsonPointer.compile("/scope/projects");

  private static final JsonPointer INHERIT_FROM = JsonPointer.compile("/permissions/inherit_from");

  /** What the key's row has columns of its own for. */
  private static final Set<String> COLUMNS =
      Set.of("name", "type", "scope", "environment", "expires_at", "metadata", "members");

  private final ObjectNode document;

  public PolicyDocument(ObjectNode document) {
    this.document = document.deepCopy();
  }

  public ObjectNode toJson() {
    return document.deepCopy();
  }

  public String name() {
    return document.required("name").stringValue();
  }

  public KeyType type() {
    return KeyType.valueOf(document.path("type").asString("project").toUpperCase(Locale.ROOT));
  }

  public Optional<String> organizationId() {
    return document.at(ORGANIZATION).asStringOpt();
  }

  public Optional<String> teamId() {
    return document.at(TEAM).asStringOpt();
  }

  public List<KeyMember> members() {
    return document.path("members").valueStream().map(PolicyDocument::member).toList();
  }

  private static KeyMember member(JsonNode entry) {
    return new KeyMember(
        entry.required("user_id").stringValue(),
        Role.ofText(entry.required("role").stringValue()),
        entry.required("can_manage_key").booleanValue());
  }

  /** The same document with these members; none: without the field. */
  public PolicyDocument withMembers(List<KeyMember> members) {
    ObjectNode changed = toJson().without("members");
    members.forEach(member ->
        changed
            .withArray("/members")
            .addObject()
            .put("user_id", member.userId())
            .put("role", member.role().text())
            .put("can_manage_key", member.canManageKey()));
    return new PolicyDocument(changed);
  }

  /** The same document with its scope spelled out. */
  public PolicyDocument withScope(
      String organizationId, @Nullable String teamId, @Nullable List<String> projectIds) {
    ObjectNode resolved = toJson();
    ObjectNode scope = resolved.putObject("scope").put("organization_id", organizationId);
    if (teamId != null) {
      scope.put("team_id", teamId);
    }
    if (projectIds != null) {
      projectIds.forEach(scope.putArray("projects")::add);
    }
    return new PolicyDocument(resolved);
  }

  /** The projects named; empty where the document names none. */
  public Optional<List<String>> projects() {
    JsonNode projects = document.at(PROJECTS);
    return projects.isArray()
        ? Optional.of(projects.valueStream().map(JsonNode::stringValue).toList())
        : Optional.empty();
  }

  public @Nullable String environment() {
    return document.path("environment").asString(null);
  }

  /** Whether there is a value at the pointer. */
  public boolean says(String pointer) {
    return !document.at(pointer).isMissingNode();
  }

  /** The template, by its name or its id. */
  public Optional<String> inheritFrom() {
    return document.at(INHERIT_FROM).asStringOpt();
  }

  /** The same document with another name for its template. */
  public PolicyDocument inheritingFrom(String template) {
    ObjectNode renamed = toJson();
    renamed.withObject("/permissions").put("inherit_from", template);
    return new PolicyDocument(renamed);
  }

  public @Nullable Instant expiresAt() {
    return document.path("expires_at").asStringOpt().map(Instant::parse).orElse(null);
  }

  public ObjectNode metadata() {
    return document.get("metadata") instanceof ObjectNode metadata
        ? metadata.deepCopy()
        : JsonNodeFactory.instance.objectNode();
  }

  /**
   * What the gateway enforces beyond the columns: permissions, limits, security; also the
   * description.
   */
  public ObjectNode rules() {
    return toJson().remove(COLUMNS);
  }
}
