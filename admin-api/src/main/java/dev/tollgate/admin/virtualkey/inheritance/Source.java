package dev.tollgate.admin.virtualkey.inheritance;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Ids;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A template or an environment.
 *
 * @param builtIn an environment that every organization has and none can delete
 * @param document the policy that keys inherit; empty: nothing
 */
record Source(
    Kind kind,
    String id,
    String organizationId,
    String name,
    boolean builtIn,
    @Nullable String description,
    ObjectNode document,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  enum Kind {
    TEMPLATE("tpl"),
    ENVIRONMENT("env");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    String prefix() {
      return prefix;
    }

    /** As it stands in the audit log; also its table's name. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a body would have to say to make it: what a patch is applied to. */
  ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
    if (description != null) {
      body.put("description", description);
    }
    if (kind == Kind.TEMPLATE) {
      body.setAll(document.deepCopy());
    } else if (!document.isEmpty()) {
      body.set("defaults", document.deepCopy());
    }
    return body;
  }

  /** As it is shown. */
  ObjectNode view() {
    ObjectNode view =
        JsonNodeFactory.instance.objectNode().put("id", id).put("organization_id", organizationId);
    view.setAll(body());
    if (kind == Kind.ENVIRONMENT) {
      view.put("built_in", builtIn).set("defaults", document.deepCopy());
    }
    return view.put("version", version)
        .put("created_by", createdBy)
        .put("created_at", createdAt.toString())
        .put("updated_at", updatedAt.toString());
  }

  Subject subject() {
    return new Subject(kind.text(), id, organizationId, null);
  }

  static Mono<Source> visible(Caller caller, String id, Mono<Source> found) {
    return (Ids.isWellFormed(id) ? found : Mono.<Source>empty())
        .filter(source -> caller.sees(source.organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }
}
