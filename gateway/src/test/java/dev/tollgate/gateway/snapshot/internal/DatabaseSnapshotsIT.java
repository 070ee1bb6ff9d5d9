package dev.tollgate.gateway.snapshot.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.Presentation;
import dev.tollgate.gateway.snapshot.SnapshotProperties;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.snapshot.UnknownPrice;
import dev.tollgate.gateway.support.TestSchema;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The views, the notifications and the change log of a real PostgreSQL. */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseSnapshotsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration RARELY = Duration.ofSeconds(30);
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static TestSchema schema;

  @SuppressWarnings("NullAway.Init") // every test starts it
  private DatabaseSnapshots snapshots;

  @BeforeAll
  static void startDatabase() {
    schema = TestSchema.create();
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    schema.close();
  }

  @BeforeEach
  void fill() {
    schema.execute(
        """
        INSERT INTO tollgate.provider_kind (name, protocols, auth, definition) VALUES
          ('openai', '{openai}', '{"type":"bearer"}',
           '{"client_auth_headers":["Authorization"],"request_headers":["OpenAI-Beta"],
             "response_headers":["openai-version"],"stream_usage_option":true,"version_prefix":"/v1"}');
        INSERT INTO tollgate.organization (id, name) VALUES ('org_1', 'o'), ('org_2', 'p');
        INSERT INTO tollgate.project (id, organization_id, name, policy) VALUES
          ('prj_1', 'org_1', 'a', '{"permissions":{"models":{"denied":["dall-e-*"]}}}'),
          ('prj_2', 'org_2', 'b', NULL);
        INSERT INTO tollgate.data_key (id, organization_id, project_id, kek_id, wrapped) VALUES
          ('dek_1', 'org_1', 'prj_1', 'local:1', '\\x01'), ('dek_2', 'org_2', NULL, 'local:1', '\\x01');
        INSERT INTO tollgate.credential (id, organization_id, project_id, name, provider, auth_method, created_by)
          VALUES ('crd_1', 'org_1', 'prj_1', 'one', 'openai', 'api_key', 't'),
                 ('crd_2', 'org_2', NULL, 'two', 'openai', 'api_key', 't');
        INSERT INTO tollgate.credential_version
            (credential_id, version, sealed, data_key_id, allowed_hosts, fields, current, valid_until, created_by)
          VALUES ('crd_1', 1, '\\x01', 'dek_1', '{old.example}', '{}', false, now() + interval '1 h', 't'),
                 ('crd_1', 2, '\\x02', 'dek_1', '{new.example}', '{"region":"eu"}', true, NULL, 't'),
                 ('crd_2', 1, '\\x03', 'dek_2', '{new.example}', '{}', true, NULL, 't');
        INSERT INTO tollgate.service (id, organization_id, project_id, name, provider, resolved_base_url,
            credential_id, headers, models, priority, environment, timeouts, created_by)
          VALUES ('svc_1', 'org_1', 'prj_1', 'zeta', 'openai', 'https://new.example/v1', 'crd_1',
                  '{"X-Org":"{{one}}"}', '[{"name":"gpt-*"},{"name":"fast","alias_of":"gpt-4o-mini"}]', 10,
                  'production', '{"connect_ms":1,"first_byte_ms":2,"between_chunks_ms":3,"total_ms":4}', 't'),
                 ('svc_2', 'org_1', 'prj_1', 'alpha', 'openai', 'https://new.example', NULL, '{}', NULL, 100,
                  NULL, NULL, 't');
        INSERT INTO tollgate.service_project (project_id, service_id, name) VALUES
          ('prj_1', 'svc_1', 'zeta'), ('prj_1', 'svc_2', 'alpha');
        INSERT INTO tollgate.virtual_key (id, organization_id, type, project_ids, name, policy, metadata, last4,
            created_by) VALUES
          ('key_1', 'org_1', 'project', '{prj_1}', 'k', '{"permissions":{"models":{"allowed":["gpt-*"]}}}',
           '{"team":"blue"}', 'abcd', 't');
        """);
    schema.execute(
        "INSERT INTO tollgate.virtual_key_digest (digest, pepper_version, key_id) VALUES ('\\x%s', 1, 'key_1')"
            .formatted(HexFormat.of().formatHex(digest(1).value())));
  }

  @AfterEach
  void empty() {
    snapshots.stop();
    schema.execute(
        """
        TRUNCATE tollgate.provider_kind, tollgate.organization, tollgate.change, tollgate.virtual_key,
                 tollgate.virtual_key_digest CASCADE
        """);
  }

  private static KeyDigest digest(int value) {
    byte[] bytes = new byte[KeyDigest.LENGTH];
    Arrays.fill(bytes, (byte) value);
    return new KeyDigest(1, bytes);
  }

  private void start(Duration pollEvery) {
    snapshots =
        new DatabaseSnapshots(
            DatabaseClient.create(schema.asGateway()),
            schema.asGateway(),
            new SnapshotProperties(
                100, 100, Duration.ofMillis(50), PATIENCE, pollEvery, pollEvery.plusSeconds(60)));
    snapshots.start();
    await().atMost(PATIENCE).until(snapshots::areCurrent);
  }

  private static <T> T found(Mono<Lookup<T>> lookup) {
    Lookup<T> answer = lookup.block(PATIENCE);
    assertThat(answer).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found<T>) answer).value();
  }

  private KeySnapshot key() {
    return found(snapshots.key(digest(1)));
  }

  private ProjectSnapshot project() {
    return found(snapshots.project("prj_1"));
  }

  @Test
  void readsAKeyWithItsPolicy() {
    start(RARELY);

    KeySnapshot key = key();

    assertThat(key.keyId()).isEqualTo("key_1");
    assertThat(key.organizationId()).isEqualTo("org_1");
    assertThat(key.projectIds()).containsExactly("prj_1");
    assertThat(key.environment()).isNull();
    assertThat(key.stateAt(Instant.now())).isEqualTo(KeySnapshot.State.ACTIVE);
    assertThat(key.metadata()).contains("blue");
    assertThat(key.policies()).hasSize(1);
    assertThat(key.policies().getFirst().models().allows("gpt-4o")).isTrue();
    assertThat(key.policies().getFirst().models().allows("claude")).isFalse();
  }

  @Test
  void saysThatAnotherDigestIsUnknown() {
    start(RARELY);

    assertThat(snapshots.key(digest(2)).block(PATIENCE)).isEqualTo(new Lookup.Unknown<>());
    assertThat(snapshots.project("prj_none").block(PATIENCE)).isEqualTo(new Lookup.Unknown<>());
  }

  @Test
  void readsAProjectsServicesInTheirOrder() {
    start(RARELY);

    ProjectSnapshot project = project();

    assertThat(project.services())
        .extracting(ServiceSnapshot::name)
        .containsExactly("zeta", "alpha");
    assertThat(project.policies().getFirst().models().allows("dall-e-3")).isFalse();
    ServiceSnapshot service = project.services().getFirst();
    assertThat(service.protocols()).containsExactly(Protocol.OPENAI);
    assertThat(service.presentation()).isEqualTo(new Presentation.Bearer(null));
    assertThat(service.headers()).containsEntry("X-Org", "{{one}}");
    assertThat(service.environment()).isEqualTo("production");
    assertThat(service.timeouts().firstByte()).isEqualTo(Duration.ofMillis(2));
    assertThat(service.models())
        .extracting(ServiceSnapshot.ServedModel::upstreamName)
        .containsExactly(null, "gpt-4o-mini");
    assertThat(service.definition().clientAuthHeaders()).containsExactly("authorization");
    assertThat(service.definition().versionPrefix()).isEqualTo("/v1");
    assertThat(project.services().get(1).models()).isNull();
  }

  @Test
  void leavesOutAServiceThatCannotBeReadAndSaysSoOnce(CapturedOutput output) {
    schema.execute(
        "UPDATE tollgate.service SET models = '[{\"alias_of\":\"nameless\"}]' WHERE id = 'svc_1'");
    start(RARELY);

    for (int request = 0; request < 3; request++) {
      assertThat(project().services()).extracting(ServiceSnapshot::name).containsExactly("alpha");
    }

    assertThat(output.getAll().lines().filter(line -> line.contains("svc_1"))).hasSize(1);
    schema.execute("UPDATE tollgate.service SET models = NULL WHERE id = 'svc_1'");
    await().atMost(PATIENCE).until(() -> project().services().size() == 2);
  }

  @Test
  void readsOnlyItsOwnCredentialsTheCurrentVersionFirst() {
    start(RARELY);

    ProjectSnapshot project = project();

    assertThat(project.credentials()).containsOnlyKeys("crd_1");
    CredentialSnapshot credential = Objects.requireNonNull(project.credentials().get("crd_1"));
    assertThat(credential.versions())
        .extracting(CredentialSnapshot.Version::version)
        .containsExactly(2, 1);
    assertThat(credential.versions().getFirst().allowedHosts()).isEqualTo(Set.of("new.example"));
    assertThat(credential.versions().getFirst().fields()).containsEntry("region", "eu");
    assertThat(credential.versions().getFirst().validUntil()).isNull();
    assertThat(credential.versions().get(1).validUntil()).isNotNull();
  }

  @Test
  void readsWhatAnUnknownPriceMeansOfTheProjectElseOfItsOrganization() {
    start(RARELY);
    assertThat(project().unknownPrice()).isEqualTo(UnknownPrice.ALLOW);

    schema.execute("UPDATE tollgate.organization SET unknown_price = 'deny'");
    await().atMost(PATIENCE).until(() -> project().unknownPrice() == UnknownPrice.DENY);

    schema.execute("UPDATE tollgate.project SET unknown_price = 'charge_default'");
    await().atMost(PATIENCE).until(() -> project().unknownPrice() == UnknownPrice.CHARGE_DEFAULT);
  }

  @Test
  void tellsOfPricesThatChanged() {
    AtomicInteger told = new AtomicInteger();
    start(RARELY);
    snapshots.onChange(
        new Snapshots.ChangeListener() {
          @Override
          public void pricesChanged() {
            told.incrementAndGet();
          }
        });

    schema.execute(
        """
        INSERT INTO tollgate.price (id, organization_id, provider, model, effective_from, components, created_by)
          VALUES ('prc_1', 'org_1', 'openai', 'm', now(), '{}', 't')
        """);

    await().atMost(PATIENCE).until(() -> told.get() > 0);
  }

  @Test
  void tellsWhatAnotherGatewayCallsBack() {
    List<String> told = new CopyOnWriteArrayList<>();
    start(RARELY);
    snapshots.onChange(
        new Snapshots.ChangeListener() {
          @Override
          public void budgetCalledBack(String budget) {
            told.add(budget);
          }
        });
    await().atMost(PATIENCE).until(snapshots::areCurrent);

    schema.execute("SELECT pg_notify('tollgate_recall', 'some budget')");

    await().atMost(PATIENCE).until(() -> told.equals(List.of("some budget")));
  }

  @Test
  void learnsOfAChangeByNotification() {
    start(RARELY);
    assertThat(key().disabled()).isFalse();

    schema.execute("UPDATE tollgate.virtual_key SET disabled = true WHERE id = 'key_1'");

    await().atMost(PATIENCE).until(() -> key().disabled());
  }

  @Test
  void learnsOfEveryOneOfManyChanges() {
    start(RARELY);
    for (int round = 0; round < 50; round++) {
      boolean disabled = round % 2 == 0;
      schema.execute("UPDATE tollgate.virtual_key SET disabled = %s".formatted(disabled));
      // As often as clients ask: some of the readings overtake the change.
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(PATIENCE)
          .until(() -> key().disabled() == disabled);
    }
  }

  @Test
  void learnsOfAnOrganizationsChangeInItsProjectsAndKeys() {
    start(RARELY);
    assertThat(project().policies()).hasSize(1);

    schema.execute(
        "UPDATE tollgate.organization SET policy = '{\"permissions\":{\"models\":{\"allowed\":[]}}}'");

    await().atMost(PATIENCE).until(() -> project().policies().size() == 2);
  }

  @Test
  void learnsByThePollOfWhatNoNotificationTold() {
    start(OFTEN);
    assertThat(key().disabled()).isFalse();

    withoutNotification("UPDATE tollgate.virtual_key SET disabled = true", "key:key_1");

    await().atMost(PATIENCE).until(() -> key().disabled());
  }

  /** With triggers off nothing is told; the row of the change log is written by hand. */
  private static void withoutNotification(String change, String target) {
    schema.execute(
        "SET session_replication_role = replica; %s; INSERT INTO tollgate.change (target) VALUES ('%s')"
            .formatted(change, target));
  }

  @Test
  @SuppressWarnings("ReferenceEquality") // whether it was loaded anew, though it says the same
  void missesNoChangeOfATransactionThatCommitsLate() throws SQLException {
    start(OFTEN);
    assertThat(key().disabled()).isFalse();
    try (Connection late = schema.connection();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute("SET session_replication_role = replica");
      statement.execute("UPDATE tollgate.virtual_key SET disabled = true");
      statement.execute("INSERT INTO tollgate.change (target) VALUES ('key:key_1')");
      // Later transactions commit first, and are polled before this one is.
      withoutNotification(
          "UPDATE tollgate.project SET name = 'c' WHERE id = 'prj_1'", "project:prj_1");
      ProjectSnapshot before = project();
      withoutNotification(
          "UPDATE tollgate.project SET name = 'd' WHERE id = 'prj_1'", "project:prj_1");
      await().atMost(PATIENCE).until(() -> project() != before);
      assertThat(key().disabled()).isFalse();
      late.commit();
    }

    await().atMost(PATIENCE).until(() -> key().disabled());
  }

  @Test
  void forgetsEverythingAfterAConnectionWasLost() {
    start(OFTEN);
    assertThat(key().disabled()).isFalse();

    schema.execute(
        """
        SET session_replication_role = replica;
        UPDATE tollgate.virtual_key SET disabled = true;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tollgate_gateway'
        """);

    await().atMost(PATIENCE).ignoreExceptions().until(() -> key().disabled());
  }

  private boolean allows(String origin) {
    return found(snapshots.allowedOrigins()).contain(origin);
  }

  private static String withOrigins(String... origins) {
    return "'{\"security\":{\"network_restrictions\":{\"allowed_origins\":[\"%s\"]}}}'"
        .formatted(String.join("\",\"", origins));
  }

  @Test
  void followsTheOriginsOfAllPolicies() {
    start(RARELY);
    assertThat(allows("https://a.example")).isFalse();

    schema.execute(
        "UPDATE tollgate.project SET policy = %s WHERE id = 'prj_1'"
            .formatted(withOrigins("https://a.example", "https://*.b.example")));
    await().atMost(PATIENCE).until(() -> allows("https://a.example"));
    assertThat(allows("https://x.b.example")).isTrue();
    assertThat(allows("https://b.example")).isFalse();

    schema.execute(
        "UPDATE tollgate.virtual_key SET policy = %s, effective_policy = %s"
            .formatted(withOrigins("https://written"), withOrigins("https://effective")));
    schema.execute(
        "UPDATE tollgate.organization SET policy = %s WHERE id = 'org_2'"
            .formatted(withOrigins("https://organization")));
    schema.execute(
        "INSERT INTO tollgate.team (id, organization_id, name, policy) VALUES ('team_1', 'org_1', 't', %s)"
            .formatted(withOrigins("https://team", "https://a.example")));
    await().atMost(PATIENCE).until(() -> allows("https://team"));
    assertThat(allows("https://organization")).isTrue();
    assertThat(allows("https://effective")).isTrue();
    assertThat(allows("https://written")).isFalse();

    schema.execute("UPDATE tollgate.project SET policy = NULL WHERE id = 'prj_1'");
    await().atMost(PATIENCE).until(() -> !allows("https://x.b.example"));
    assertThat(allows("https://a.example")).as("the team allows it as well").isTrue();

    schema.execute("UPDATE tollgate.virtual_key SET revoked_at = now()");
    await().atMost(PATIENCE).until(() -> !allows("https://effective"));
    schema.execute("UPDATE tollgate.organization SET deleted_at = now() WHERE id = 'org_2'");
    await().atMost(PATIENCE).until(() -> !allows("https://organization"));
  }
}
