package dev.tollgate.admin.virtualkey.inheritance;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.virtualkey.inheritance.Source.Kind;
import dev.tollgate.admin.virtualkey.policy.EffectivePolicy;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import dev.tollgate.admin.virtualkey.policy.Widening;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What holds for keys in the end, with what they inherit. */
@Component
public class EffectivePolicies {
  private static final int KEYS_PER_UPDATE = 200;

  /** Locked and read again where another change of a key came first. */
  private static final String KEYS =
      """
      SELECT k.id, k.organization_id, k.project_ids, k.policy, k.effective_policy AS before, t.policy AS template, e.defaults
        FROM tollgate.virtual_key k
        LEFT JOIN tollgate.template t ON t.id = k.template_id
        LEFT JOIN tollgate.environment e ON e.organization_id = k.organization_id AND e.name = k.environment
       WHERE k.revoked_at IS NULL AND %s
       ORDER BY k.id FOR UPDATE OF k
      """;

  private static final String WRITE =
      """
      UPDATE tollgate.virtual_key k SET effective_policy = new.policy,
             version = k.version + 1, updated_at = now(),
             pending_approval = k.pending_approval
               OR (k.approved_at IS NULL AND new.policy ASKED)
               OR (new.wider AND (new.policy ASKED OR NEEDED)),
             approved_at = CASE WHEN NOT new.wider THEN k.approved_at END,
             approved_by = CASE WHEN NOT new.wider THEN k.approved_by END,
             authors = CASE WHEN new.wider
               THEN array_append(array_remove(k.authors, :actor::text), :actor::text) ELSE k.authors END
        FROM (SELECT unnest(:ids::text[]) AS id, unnest(:policies::text[])::jsonb AS policy,
                     unnest(:wider::boolean[]) AS wider) new
       WHERE k.id = new.id AND k.effective_policy IS DISTINCT FROM new.policy
      RETURNING k.id
      """
          .replace("NEEDED", ApprovalRule.NEEDED)
          .replace("ASKED", ApprovalRule.ASKED);

  private final DatabaseClient database;
  private final SourceRepository sources;
  private final AuditLog audit;
  private final Jsonb jsonb;

  EffectivePolicies(
      DatabaseClient database, SourceRepository sources, AuditLog audit, Jsonb jsonb) {
    this.database = database;
    this.sources = sources;
    this.audit = audit;
    this.jsonb = jsonb;
  }

  /**
   * A key's document with its template named by id, and what holds for the key in the end. A
   * template or an environment that the key did not have before stays as it is until the end of the
   * transaction: a change of it then finds the key. Of one that it had already, a change finds it
   * anyway; to wait for it here, with the key locked, could be to wait for each other.
   *
   * @param before the document as it is shown now; null: a new key
   * @return fails with 422 for a template or an environment that the organization does not have
   */
  public Mono<KeyPolicy> resolve(
      String organizationId, PolicyDocument policy, @Nullable StoredBefore before) {
    return template(organizationId, policy, before)
        .zipWith(environment(organizationId, policy, before))
        .map(found -> keyPolicy(policy, found.getT1().orElse(null), found.getT2().orElse(null)));
  }

  /** A key as it was. */
  public record StoredBefore(String keyId, PolicyDocument policy) {}

  private static KeyPolicy keyPolicy(
      PolicyDocument policy, @Nullable Source template, @Nullable Source environment) {
    PolicyDocument stored = template == null ? policy : policy.inheritingFrom(template.id());
    List<ObjectNode> inherited =
        Stream.of(Optional.ofNullable(environment), Optional.ofNullable(template))
            .flatMap(Optional::stream)
            .map(Source::document)
            .toList();
    return new KeyPolicy(stored, EffectivePolicy.of(policy.rules(), inherited));
  }

  private Mono<Optional<Source>> template(
      String organizationId, PolicyDocument policy, @Nullable StoredBefore before) {
    Optional<String> wanted = policy.inheritFrom();
    if (wanted.isEmpty()) {
      return Mono.just(Optional.empty());
    }
    // by the id that is stored: somebody may just have given the template another name
    Mono<Source> found =
        before != null && before.policy().inheritFrom().equals(wanted)
            ? templateOf(before.keyId())
            : sources.templateForShare(organizationId, wanted.get());
    return found
        .map(Optional::of)
        .switchIfEmpty(
            Mono.error(() ->
                ProblemException.unprocessable(
                    "/permissions/inherit_from",
                    "unknown_template",
                    "The organization has no such template.")));
  }

  private Mono<Source> templateOf(String keyId) {
    return database
        .sql("SELECT template_id FROM tollgate.virtual_key WHERE id = :id")
        .bind("id", keyId)
        .map(row -> Rows.text(row, "template_id"))
        .one()
        .flatMap(id -> sources.find(Kind.TEMPLATE, id));
  }

  private Mono<Optional<Source>> environment(
      String organizationId, PolicyDocument policy, @Nullable StoredBefore before) {
    String name = policy.environment();
    if (name == null) {
      return Mono.just(Optional.empty());
    }
    boolean kept = before != null && name.equals(before.policy().environment());
    Mono<Source> found =
        kept
            ? sources.environment(organizationId, name)
            : sources.environmentForShare(organizationId, name);
    return found
        .map(Optional::of)
        .switchIfEmpty(
            Mono.error(() ->
                ProblemException.unprocessable(
                    "/environment",
                    "unknown_environment",
                    "The organization has no such environment.")));
  }

  /** What holds for the key, but for what stands over it. */
  public Mono<ObjectNode> of(String keyId) {
    return database
        .sql(
            """
            SELECT coalesce(effective_policy, policy) AS policy FROM tollgate.virtual_key WHERE id = :id
            """)
        .bind("id", keyId)
        .map(row -> Objects.requireNonNull(jsonb.read(row, "policy", ObjectNode.class)))
        .one()
        .map(policy -> EffectivePolicy.of(policy, List.of()));
  }

  /**
   * Writes anew what holds for the keys that stand on it; each that changes gets a new version and
   * a row in the audit. One that is widened is no longer as it was approved, and who changed it
   * here may not give the next approval.
   */
  Mono<Void> recompute(Source changed, Caller caller) {
    GenericExecuteSpec statement =
        switch (changed.kind()) {
          case TEMPLATE ->
              database.sql(KEYS.formatted("k.template_id = :id")).bind("id", changed.id());
          case ENVIRONMENT ->
              database
                  .sql(KEYS.formatted("k.organization_id = :id AND k.environment = :name"))
                  .bind("id", changed.organizationId())
                  .bind("name", changed.name());
        };
    return statement
        .map(this::effective)
        .all()
        .buffer(KEYS_PER_UPDATE)
        .collectList()
        .flatMapIterable(batches -> batches)
        .concatMap(batch -> write(batch, changed, caller))
        .then();
  }

  /**
   * @param before null: never worked out
   */
  private record Effective(
      Subject key, @Nullable ObjectNode before, ObjectNode policy, boolean wider) {

    AuditEntry entry(Source changed, Caller caller) {
      return AuditEntry.lifecycle(caller, "inherited_changed", key, before, policy)
          .with(Map.of("because_of", changed.id()));
    }
  }

  private Effective effective(Readable row) {
    List<ObjectNode> inherited =
        Stream.of("defaults", "template")
            .map(column -> Optional.ofNullable(jsonb.read(row, column, ObjectNode.class)))
            .flatMap(Optional::stream)
            .toList();
    ObjectNode own = Objects.requireNonNull(jsonb.read(row, "policy", ObjectNode.class));
    ObjectNode before = jsonb.read(row, "before", ObjectNode.class);
    ObjectNode after = EffectivePolicy.of(own, inherited);
    boolean wider = Widening.isWider(before == null ? own : before, after);
    return new Effective(subject(row), before, after, wider);
  }

  private static Subject subject(Readable row) {
    String[] projects = row.get("project_ids", String[].class);
    return new Subject(
        "key",
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        projects != null && projects.length == 1 ? projects[0] : null);
  }

  // A key of which nothing changes wakes no gateway.
  private Mono<Void> write(List<Effective> batch, Source changed, Caller caller) {
    Map<String, Effective> byId =
        batch.stream().collect(toMap(effective -> effective.key().id(), identity()));
    return database
        .sql(WRITE)
        .bind("actor", caller.actor())
        .bind("wider", batch.stream().map(Effective::wider).toArray(Boolean[]::new))
        .bind("ids", batch.stream().map(one -> one.key().id()).toArray(String[]::new))
        .bind("policies", batch.stream().map(key -> key.policy().toString()).toArray(String[]::new))
        .map(row -> Objects.requireNonNull(byId.get(Rows.text(row, "id"))))
        .all()
        .collectList() // one connection: the rows are written when the answer is read
        .flatMapIterable(written -> written)
        .concatMap(one -> audit.write(one.entry(changed, caller)))
        .then();
  }
}
