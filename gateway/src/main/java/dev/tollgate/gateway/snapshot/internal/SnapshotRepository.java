package dev.tollgate.gateway.snapshot.internal;

import dev.tollgate.crypto.envelope.WrappedDataKey;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.TokenVerificationKey;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.policy.WebOrigins;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.KeyStanding;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.TokenKeys;
import dev.tollgate.gateway.snapshot.UnknownPrice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads snapshots from the views {@code gateway_v1.*}, the gateway's contract with the admin API.
 */
final class SnapshotRepository {

  private static final Logger log = LoggerFactory.getLogger(SnapshotRepository.class);

  private static final String KEY =
      """
      SELECT key_id, organization_id, team_id, project_ids, environment, expires_at, disabled, auto_enable_at, revoked_at,
             pending_approval, digest_valid_until, policy, team_policy, metadata,
             signing_secrets
        FROM gateway_v1.virtual_key WHERE digest = :digest AND pepper_version = :pepper
      """;

  /** Its values' rows differ in nothing of this. */
  private static final String KEY_STANDING =
      """
      SELECT key_id, project_ids, expires_at, disabled, auto_enable_at, revoked_at, pending_approval,
             revoke_immediately
        FROM gateway_v1.virtual_key WHERE key_id = :key LIMIT 1
      """;

  private static final String PROJECT =
      """
      SELECT p.project_id, p.organization_id, p.policy, p.organization_policy, p.tokens_revoked_before,
             p.revoked_jtis, p.unknown_price, k.data_key_id, k.kek_id, k.wrapped
        FROM gateway_v1.project p LEFT JOIN gateway_v1.data_key k USING (organization_id, project_id)
       WHERE p.project_id = :project
      """;
  private static final String SERVICES =
      """
      SELECT service_id, name, provider, protocols, base_url, auth, headers, models, priority, environment, timeouts,
             credential_id, definition
        FROM gateway_v1.service WHERE project_id = :project
      """;
  private static final String CREDENTIALS =
      """
      SELECT c.credential_id, c.organization_id, c.project_id, c.name, c.environment, c.expires_at, c.allowed_hosts,
             c.fields, c.version, c.sealed, c.valid_until, k.data_key_id, k.kek_id, k.wrapped
        FROM gateway_v1.credential c JOIN gateway_v1.data_key k USING (data_key_id)
       WHERE c.organization_id = :organization AND (c.project_id IS NULL OR c.project_id = :project)
       ORDER BY c.credential_id, c.current DESC, c.version DESC
      """;
  private static final String TOKEN_KEYS = "SELECT kid, public_jwk FROM gateway_v1.token_key";

  private static final String ALLOWED_ORIGINS = "SELECT origin FROM gateway_v1.allowed_origin";

  private static final Comparator<ServiceSnapshot> BY_PRIORITY_THEN_NAME =
      Comparator.comparingInt(ServiceSnapshot::priority).thenComparing(ServiceSnapshot::name);

  private final DatabaseClient database;

  SnapshotRepository(DatabaseClient database) {
    this.database = database;
  }

  Mono<Lookup<KeySnapshot>> key(KeyDigest digest) {
    return database
        .sql(KEY)
        .bind("digest", digest.value())
        .bind("pepper", digest.pepperVersion())
        .map(row -> key(new Columns(row)))
        .one()
        .as(SnapshotRepository::foundOrUnknown);
  }

  Mono<Lookup<KeyStanding>> keyStanding(String keyId) {
    return database
        .sql(KEY_STANDING)
        .bind("key", keyId)
        .map(row -> keyStanding(new Columns(row)))
        .one()
        .as(SnapshotRepository::foundOrUnknown);
  }

  private static KeyStanding keyStanding(Columns row) {
    return new KeyStanding(
        row.text("key_id"),
        row.texts("project_ids"),
        row.instant("expires_at"),
        row.flag("disabled"),
        row.instant("auto_enable_at"),
        row.instant("revoked_at"),
        row.flag("pending_approval"),
        row.flag("revoke_immediately"));
  }

  Mono<Lookup<ProjectSnapshot>> project(String projectId) {
    return database
        .sql(PROJECT)
        .bind("project", projectId)
        .map(row -> projectAlone(new Columns(row)))
        .one()
        .flatMap(this::withServicesAndCredentials)
        .as(SnapshotRepository::foundOrUnknown);
  }

  Mono<Lookup<TokenKeys>> tokenKeys() {
    return database
        .sql(TOKEN_KEYS)
        .map(row -> TokenVerificationKey.parse(new Columns(row).json("public_jwk")))
        .all()
        .collectMap(TokenVerificationKey::kid, Function.identity())
        .map(keys -> new Lookup.Found<>(new TokenKeys(Map.copyOf(keys))));
  }

  Mono<Lookup<WebOrigins>> allowedOrigins() {
    return database
        .sql(ALLOWED_ORIGINS)
        .map(row -> new Columns(row).text("origin"))
        .all()
        .collectList()
        .map(origins -> new Lookup.Found<>(WebOrigins.parse(origins)));
  }

  private static <T> Mono<Lookup<T>> foundOrUnknown(Mono<T> value) {
    return value.<Lookup<T>>map(Lookup.Found::new).defaultIfEmpty(new Lookup.Unknown<>());
  }

  private static KeySnapshot key(Columns row) {
    return new KeySnapshot(
        row.text("key_id"),
        row.text("organization_id"),
        row.optionalText("team_id"),
        row.texts("project_ids"),
        row.optionalText("environment"),
        row.instant("expires_at"),
        row.flag("disabled"),
        row.instant("auto_enable_at"),
        row.instant("revoked_at"),
        row.flag("pending_approval"),
        row.instant("digest_valid_until"),
        keyPolicies(row),
        row.json("metadata"),
        SigningSecretRows.read(row.optionalJson("signing_secrets")));
  }

  private static List<CompiledPolicy> keyPolicies(Columns row) {
    String team = row.optionalText("team_id");
    return policies(
        team == null ? Subject.NOBODY : Subject.team(team),
        row.optionalJson("team_policy"),
        Subject.key(row.text("key_id")),
        row.json("policy"));
  }

  private static List<CompiledPolicy> projectPolicies(Columns row) {
    return policies(
        Subject.organization(row.text("organization_id")),
        row.optionalJson("organization_policy"),
        Subject.project(row.text("project_id")),
        row.optionalJson("policy"));
  }

  /** Those that exist, from the wider level to the narrower. */
  private static List<CompiledPolicy> policies(
      Subject wide, @Nullable String ofWide, Subject narrow, @Nullable String ofNarrow) {
    List<CompiledPolicy> policies = new ArrayList<>(2);
    if (ofWide != null) {
      policies.add(PolicyDocuments.compile(wide, ofWide));
    }
    if (ofNarrow != null) {
      policies.add(PolicyDocuments.compile(narrow, ofNarrow));
    }
    return List.copyOf(policies);
  }

  private static ProjectSnapshot projectAlone(Columns row) {
    return new ProjectSnapshot(
        row.text("project_id"),
        row.text("organization_id"),
        projectPolicies(row),
        row.instant("tokens_revoked_before"),
        Set.copyOf(row.texts("revoked_jtis")),
        List.of(),
        Map.of(),
        row.optionalText("data_key_id") == null ? null : dataKey(row),
        UnknownPrice.of(row.text("unknown_price")));
  }

  private static WrappedDataKey dataKey(Columns row) {
    return new WrappedDataKey(row.text("data_key_id"), row.text("kek_id"), row.bytes("wrapped"));
  }

  private Mono<ProjectSnapshot> withServicesAndCredentials(ProjectSnapshot project) {
    return Mono.zip(
        services(project.projectId()),
        credentials(project),
        (services, credentials) ->
            new ProjectSnapshot(
                project.projectId(),
                project.organizationId(),
                project.policies(),
                project.tokensRevokedBefore(),
                project.revokedTokenIds(),
                services,
                credentials,
                project.dataKey(),
                project.unknownPrice()));
  }

  private Mono<List<ServiceSnapshot>> services(String projectId) {
    return database
        .sql(SERVICES)
        .bind("project", projectId)
        .map(row -> readable(new Columns(row)))
        .all()
        .<ServiceSnapshot>handle((service, sink) -> service.ifPresent(sink::next))
        .sort(BY_PRIORITY_THEN_NAME)
        .collectList();
  }

  /**
   * A service that cannot be read is out of use, and its project goes on without it. Told once per
   * change, since the project stays in memory until its next one.
   */
  private static Optional<ServiceSnapshot> readable(Columns row) {
    try {
      return Optional.of(ServiceRows.service(row));
    } catch (RuntimeException e) {
      log.warn(
          "Service {} cannot be read and is out of use: {}", row.text("service_id"), e.toString());
      return Optional.empty();
    }
  }

  private Mono<Map<String, CredentialSnapshot>> credentials(ProjectSnapshot project) {
    return database
        .sql(CREDENTIALS)
        .bind("organization", project.organizationId())
        .bind("project", project.projectId())
        .map(row -> credential(new Columns(row)))
        .all()
        .as(SnapshotRepository::mergeVersions);
  }

  private static CredentialSnapshot credential(Columns row) {
    CredentialSnapshot.Version version =
        new CredentialSnapshot.Version(
            row.number("version"),
            new CredentialSnapshot.Sealed(row.bytes("sealed"), dataKey(row)),
            Set.copyOf(row.texts("allowed_hosts")),
            ServiceRows.textMap(row.json("fields")),
            row.instant("valid_until"));
    return new CredentialSnapshot(
        row.text("credential_id"),
        row.text("organization_id"),
        row.optionalText("project_id"),
        row.text("name"),
        row.optionalText("environment"),
        row.instant("expires_at"),
        List.of(version));
  }

  /** One row a version, the current one first, becomes one credential. */
  private static Mono<Map<String, CredentialSnapshot>> mergeVersions(
      Flux<CredentialSnapshot> rows) {
    return rows.collect(
            LinkedHashMap<String, CredentialSnapshot>::new,
            (byId, row) -> byId.merge(row.credentialId(), row, SnapshotRepository::withVersionsOf))
        .map(Map::copyOf);
  }

  private static CredentialSnapshot withVersionsOf(
      CredentialSnapshot first, CredentialSnapshot next) {
    List<CredentialSnapshot.Version> versions = new ArrayList<>(first.versions());
    versions.addAll(next.versions());
    return new CredentialSnapshot(
        first.credentialId(),
        first.organizationId(),
        first.projectId(),
        first.name(),
        first.environment(),
        first.expiresAt(),
        List.copyOf(versions));
  }
}
