package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.SignatureDemand;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.virtualkey.inheritance.KeyPolicy;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import dev.tollgate.crypto.token.KeyDigest;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The rows of virtual keys. Times come from the caller's clock, so that what is shown and what is
 * decided agree.
 *
 * <p>A disabled key with an {@code auto_enable_at} in the past is an enabled one, for every reader:
 * nothing has to run for it to come back.
 */
@Repository
class VirtualKeyRepository {
  // A key whose projects, or whose organization, are gone is as revoked.
  private static final String KEYS =
      """
      SELECT * FROM (
        SELECT k.*, m.disabled IS TRUE AS user_disabled, template.name AS template_name, u.last_used_at,
               grace.old_key_expires_at,
               EXISTS (SELECT FROM tollgate.signing_secret s WHERE s.key_id = k.id AND s.valid_until IS NULL)
                 AS can_sign,
               CASE
                 WHEN k.revoked_at IS NOT NULL OR scope.gone THEN 'revoked'
                 WHEN k.expires_at <= :now THEN 'expired'
                 WHEN m.disabled THEN 'disabled'
                 WHEN k.disabled AND (k.auto_enable_at IS NULL OR k.auto_enable_at > :now) THEN 'disabled'
                 WHEN k.pending_approval THEN 'pending_approval'
                 WHEN grace.old_key_expires_at IS NOT NULL THEN 'rotating'
                 ELSE 'active'
               END AS status
          FROM tollgate.virtual_key k
          LEFT JOIN tollgate.member m ON m.id = k.user_id
          LEFT JOIN tollgate.last_use u ON u.subject_id = k.id
          LEFT JOIN tollgate.template ON template.id = k.template_id
          CROSS JOIN LATERAL (
            SELECT max(d.valid_until) AS old_key_expires_at FROM tollgate.virtual_key_digest d
             WHERE d.key_id = k.id AND d.valid_until > :now) grace
          CROSS JOIN LATERAL (
            SELECT coalesce(bool_and(p.deleted_at IS NOT NULL), false) AS gone FROM tollgate.project p
             WHERE p.id = ANY (k.project_ids)) scope
      ) key
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;
  private final KeyWarnings warnings;

  VirtualKeyRepository(DatabaseClient database, Jsonb jsonb, KeyWarnings warnings) {
    this.database = database;
    this.jsonb = jsonb;
    this.warnings = warnings;
  }

  Mono<StoredKey> find(String id, Instant now) {
    return database
        .sql(KEYS + "WHERE id = :id")
        .bind("id", id)
        .bind("now", now)
        .map(this::read)
        .one();
  }

  /** What the key's policy comes to, with what it inherits. */
  Mono<ObjectNode> effectivePolicy(String id) {
    return database
        .sql(
            "SELECT coalesce(effective_policy, policy) AS effective FROM tollgate.virtual_key WHERE id = :id")
        .bind("id", id)
        .map(row -> object(row, "effective"))
        .one();
  }

  /** Holds the row until the transaction ends, so that two changes of one key follow each other. */
  Mono<Void> lock(String id) {
    return database
        .sql("SELECT id FROM tollgate.virtual_key WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .then();
  }

  /** Newest first. */
  Flux<StoredKey> list(KeyFilter filter, PageRequest page, Instant now) {
    GenericExecuteSpec statement =
        database
            .sql(
                KEYS
                    + """
                    WHERE (:organization::text IS NULL OR organization_id = :organization)
                      AND (NOT :developer OR members @> :listed
                           OR (type <> 'user' AND (project_ids <@ :projects OR team_id = ANY (:teams))))
                      AND (:project::text IS NULL OR :project = ANY (project_ids)
                           OR (project_ids IS NULL AND team_id IS NULL AND organization_id =
                               (SELECT p.organization_id FROM tollgate.project p WHERE p.id = :project))
                           OR (project_ids IS NULL AND :project = ANY (
                               SELECT unnest(t.project_ids) FROM tollgate.team t WHERE t.id = team_id)))
                      AND (:team::text IS NULL OR team_id = :team)
                      AND (:environment::text IS NULL OR environment = :environment)
                      AND (:status::text IS NULL OR status = :status)
                      AND metadata @> :metadata
                      AND (:before::text IS NULL OR id < :before)
                    ORDER BY id DESC LIMIT :rows
                    """)
            .bind("now", now)
            .bind("metadata", jsonb.of(filter.metadata()))
            .bind("developer", filter.caller().isDeveloper())
            .bind("listed", jsonb.of(List.of(Map.of("user_id", filter.caller().actor()))))
            .bind("projects", Rows.array(filter.caller().projectIds()))
            .bind("teams", Rows.array(filter.caller().teamIds()))
            .bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "organization", filter.organizationId(), String.class);
    statement = Rows.bind(statement, "project", filter.projectId(), String.class);
    statement = Rows.bind(statement, "team", filter.teamId(), String.class);
    statement = Rows.bind(statement, "environment", filter.environment(), String.class);
    statement = Rows.bind(statement, "status", filter.statusText(), String.class);
    return Rows.bind(statement, "before", page.before(), String.class).map(this::read).all();
  }

  Mono<Void> insert(
      String id,
      KeyScope scope,
      KeyPolicy policy,
      NewSecret secret,
      String createdBy,
      Instant now) {
    GenericExecuteSpec statement =
        database
            .sql(
                """
                INSERT INTO tollgate.virtual_key
                  (id, organization_id, type, team_id, user_id, members, project_ids, name, environment, expires_at,
                   policy, effective_policy, metadata, last4, created_by, created_at, updated_at)
                VALUES (:id, :organization, :type, :team, :user, :members, :projects, :name, :environment, :expires_at,
                        :policy, :effective, :metadata, :last4, :created_by, :now, :now)
                """)
            .bind("id", id)
            .bind("organization", scope.organizationId())
            .bind("last4", secret.last4())
            .bind("created_by", createdBy)
            .bind("now", now);
    return bindPolicy(statement, scope, policy).then();
  }

  /** Writes the policy and what it says of the key's scope. */
  Mono<Void> update(String id, KeyScope scope, KeyPolicy policy, Instant now) {
    GenericExecuteSpec statement =
        database
            .sql(
                """
                UPDATE tollgate.virtual_key
                   SET type = :type, team_id = :team, user_id = :user, members = :members, project_ids = :projects,
                       name = :name, environment = :environment, expires_at = :expires_at, policy = :policy,
                       effective_policy = :effective, metadata = :metadata,
                       version = version + 1, updated_at = :now
                 WHERE id = :id
                """)
            .bind("id", id)
            .bind("now", now);
    return bindPolicy(statement, scope, policy).then();
  }

  private GenericExecuteSpec bindPolicy(
      GenericExecuteSpec statement, KeyScope scope, KeyPolicy judged) {
    PolicyDocument policy = judged.document();
    GenericExecuteSpec bound =
        statement
            .bind("type", policy.type().text())
            .bind("name", policy.name())
            .bind("members", jsonb.of(policy.toJson().withArray("/members")))
            .bind("policy", jsonb.of(policy.rules()))
            .bind("effective", jsonb.of(judged.effective()))
            .bind("metadata", jsonb.of(policy.metadata()));
    bound = Rows.bind(bound, "team", scope.teamId(), String.class);
    bound = Rows.bind(bound, "user", scope.userId(), String.class);
    bound = Rows.bind(bound, "projects", scope.projectArray(), String[].class);
    bound = Rows.bind(bound, "environment", policy.environment(), String.class);
    return Rows.bind(bound, "expires_at", policy.expiresAt(), Instant.class);
  }

  /**
   * Takes the name in every place where it must be free, from expired keys too. A name that is
   * taken fails with a {@link org.springframework.dao.DuplicateKeyException}.
   */
  Mono<Void> claimName(String id, KeyScope scope, PolicyDocument policy, Instant now) {
    String[] places = scope.namePlaces(policy.type()).toArray(String[]::new);
    return releaseName(id)
        .then(releaseFromExpired(places, policy.name(), now))
        .then(
            database
                .sql(
                    """
                    INSERT INTO tollgate.virtual_key_name (place, name, key_id)
                    SELECT place, :name, :id FROM unnest(:places) AS place ORDER BY place
                    """)
                .bind("places", places)
                .bind("name", policy.name())
                .bind("id", id)
                .then());
  }

  private Mono<Void> releaseFromExpired(String[] places, String name, Instant now) {
    return database
        .sql(
            """
            DELETE FROM tollgate.virtual_key_name n USING tollgate.virtual_key k
             WHERE k.id = n.key_id AND n.place = ANY (:places) AND n.name = :name AND k.expires_at <= :now
            """)
        .bind("places", places)
        .bind("name", name)
        .bind("now", now)
        .then();
  }

  Mono<Void> releaseName(String id) {
    return database
        .sql("DELETE FROM tollgate.virtual_key_name WHERE key_id = :id")
        .bind("id", id)
        .then();
  }

  Mono<Void> addDigest(String id, KeyDigest digest, Instant now) {
    return database
        .sql(
            """
            INSERT INTO tollgate.virtual_key_digest (digest, pepper_version, key_id, created_at)
            VALUES (:digest, :pepper, :id, :now)
            """)
        .bind("digest", digest.value())
        .bind("pepper", digest.pepperVersion())
        .bind("id", id)
        .bind("now", now)
        .then();
  }

  /**
   * Gives every secret that the key has an end, none a later one than it had, and forgets those
   * that ended long ago. Until then they stay, so that the gateway can say of one that it was
   * revoked.
   */
  Mono<Void> endDigests(String id, Instant end, Instant longAgo) {
    return database
        .sql(
            """
            DELETE FROM tollgate.virtual_key_digest WHERE key_id = :id AND valid_until < :long_ago
            """)
        .bind("id", id)
        .bind("long_ago", longAgo)
        .then()
        .then(
            database
                .sql(
                    """
                    UPDATE tollgate.virtual_key_digest SET valid_until = least(valid_until, :end)
                     WHERE key_id = :id AND (valid_until IS NULL OR valid_until > :end)
                    """)
                .bind("id", id)
                .bind("end", end)
                .then());
  }

  Mono<Void> replaceLast4(String id, String last4, Instant now) {
    return database
        .sql(
            """
            UPDATE tollgate.virtual_key SET last4 = :last4, version = version + 1, updated_at = :now WHERE id = :id
            """)
        .bind("id", id)
        .bind("last4", last4)
        .bind("now", now)
        .then();
  }

  Mono<Void> disable(
      String id, @Nullable String reason, @Nullable Instant autoEnableAt, Instant now) {
    GenericExecuteSpec statement =
        database
            .sql(
                """
                UPDATE tollgate.virtual_key
                   SET disabled = true, disabled_reason = :reason, auto_enable_at = :auto_enable_at,
                       version = version + 1, updated_at = :now
                 WHERE id = :id
                """)
            .bind("id", id)
            .bind("now", now);
    statement = Rows.bind(statement, "reason", reason, String.class);
    return Rows.bind(statement, "auto_enable_at", autoEnableAt, Instant.class).then();
  }

  Mono<Void> enable(String id, Instant now) {
    return database
        .sql(
            """
            UPDATE tollgate.virtual_key
               SET disabled = false, disabled_reason = NULL, auto_enable_at = NULL,
                   version = version + 1, updated_at = :now
             WHERE id = :id
            """)
        .bind("id", id)
        .bind("now", now)
        .then();
  }

  /**
   * @param immediately whether streams in flight end with the key
   */
  Mono<Void> revoke(String id, @Nullable String reason, boolean immediately, Instant now) {
    GenericExecuteSpec statement =
        database
            .sql(
                """
                UPDATE tollgate.virtual_key
                   SET revoked_at = :now, revoked_reason = :reason, revoke_immediately = :immediately,
                       version = version + 1, updated_at = :now
                 WHERE id = :id
                """)
            .bind("id", id)
            .bind("immediately", immediately)
            .bind("now", now);
    return Rows.bind(statement, "reason", reason, String.class).then();
  }

  private StoredKey read(Readable row) {
    KeyScope scope =
        new KeyScope(
            Rows.text(row, "organization_id"), row.get("team_id", String.class),
            row.get("user_id", String.class), projectIds(row));
    KeyStatus status = KeyStatus.valueOf(Rows.text(row, "status").toUpperCase(Locale.ROOT));
    boolean disabled = status == KeyStatus.DISABLED;
    JsonNode effective = effective(row);
    StoredKey.Signing signing = signing(row, effective);
    return new StoredKey(
        Rows.text(row, "id"),
        scope,
        policy(row).withScope(scope.organizationId(), scope.teamId(), scope.projectIds()),
        status,
        Approvals.read(row),
        Rows.required(row, "user_disabled", Boolean.class),
        disabled ? row.get("disabled_reason", String.class) : null,
        disabled ? row.get("auto_enable_at", Instant.class) : null,
        row.get("revoked_at", Instant.class),
        row.get("revoked_reason", String.class),
        row.get("old_key_expires_at", Instant.class),
        row.get("last_used_at", Instant.class),
        signing,
        warnings.of(effective, signing),
        Rows.text(row, "last4"),
        Rows.number(row, "version"),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private JsonNode effective(Readable row) {
    JsonNode effective = jsonb.read(row, "effective_policy");
    return effective == null ? MissingNode.getInstance() : effective;
  }

  private static StoredKey.Signing signing(Readable row, JsonNode effective) {
    return new StoredKey.Signing(
        SignatureDemand.isIn(effective), Boolean.TRUE.equals(row.get("can_sign", Boolean.class)));
  }

  private static @Nullable List<String> projectIds(Readable row) {
    String[] ids = row.get("project_ids", String[].class);
    return ids == null ? null : Arrays.asList(ids);
  }

  private PolicyDocument policy(Readable row) {
    ObjectNode document = object(row, "policy");
    document.put("name", Rows.text(row, "name")).put("type", Rows.text(row, "type"));
    putText(document, "environment", row.get("environment", String.class));
    Instant expiresAt = row.get("expires_at", Instant.class);
    putText(document, "expires_at", expiresAt == null ? null : expiresAt.toString());
    ObjectNode metadata = object(row, "metadata");
    if (!metadata.isEmpty()) {
      document.set("metadata", metadata);
    }
    JsonNode members = jsonb.read(row, "members");
    if (members != null && !members.isEmpty()) {
      document.set("members", members);
    }
    String template = row.get("template_name", String.class);
    PolicyDocument policy = new PolicyDocument(document);
    return template == null ? policy : policy.inheritingFrom(template);
  }

  private ObjectNode object(Readable row, String column) {
    return Objects.requireNonNull(jsonb.read(row, column, ObjectNode.class), column);
  }

  private static void putText(ObjectNode document, String name, @Nullable String value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
