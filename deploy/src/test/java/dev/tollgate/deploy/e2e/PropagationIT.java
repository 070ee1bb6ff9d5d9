package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.launcher.SecondGateway;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an administrator changes is in force on every gateway, also when things break. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PropagationIT {

  private static final Logger log = LoggerFactory.getLogger(PropagationIT.class);

  /**
   * The worst case of the design; one second is usual, and what is logged says how long it took.
   */
  private static final Duration BOUND = Duration.ofSeconds(5);

  private static final Duration RECOVERY = Duration.ofSeconds(20);

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();
  private DatabaseLink link;
  private SecondGateway second;

  @BeforeAll
  void startSecondGateway() {
    link = new DatabaseLink(bed.tollgate().database().port());
    second =
        SecondGateway.start(
            SecondGateway.properties(
                bed.tollgate(), bed.dataDirectory(), link.port(), 0, Bed.LOOPBACK));
  }

  @AfterAll
  void stop() {
    second.close();
    link.close();
  }

  @Test
  void aRevokedKeyIsRefusedEverywhere() {
    Tenant.Key key = usedKey();
    bed.admin().delete("/v1/keys/" + key.id());
    awaitCode("revocation", key, 401, "key_revoked");
  }

  @Test
  void aDisabledKeyIsRefusedEverywhereAndServesAgainWhenEnabled() {
    Tenant.Key key = usedKey();
    bed.admin().post("/v1/keys/" + key.id() + "/disable", "{'reason':'leaked'}");
    awaitCode("disabling", key, 401, "key_disabled");
    bed.admin().post("/v1/keys/" + key.id() + "/enable", "{}");
    awaitCode("enabling", key, 200, "");
  }

  @Test
  void aRotatedKeysOldValueIsRefusedEverywhere() {
    Tenant.Key key = usedKey();
    String token =
        bed.admin()
            .post("/v1/keys/" + key.id() + "/rotate", "{'invalidate_old':true}")
            .path("key")
            .asString();
    awaitStatus("rotation", key, 401);
    awaitCode("the new value", new Tenant.Key(key.id(), token, null), 200, "");
  }

  @Test
  void aChangedModelListIsInForceEverywhere() {
    Tenant.Key key = usedKey();
    bed.admin().patch("/v1/keys/" + key.id(), "{'permissions':{'models':{'denied':['gpt-4o']}}}");
    awaitCode("the key's models", key, 403, "model_not_allowed");
  }

  @Test
  void aChangedServiceIsInForceEverywhere() {
    Tenant own = bed.tenantWithProviders();
    Tenant.Key key = used(own.key());
    own.withModels("openai", "['o3*']");
    awaitCode("the service's models", key, 404, "model_not_found");
  }

  @Test
  void aReplacedCredentialIsUsedEverywhere() {
    Tenant own = bed.tenantWithProviders();
    Tenant.Key key = used(own.key());
    String credential = own.provider("openai").path("credential_id").asString();
    bed.admin()
        .put("/v1/credentials/" + credential + "/value", "{'fields':{'api_key':'sk-replaced'}}");
    long start = System.nanoTime();
    for (URI gateway : gateways()) {
      await()
          .atMost(BOUND)
          .until(() -> keyShownToProvider(gateway, key).equals("Bearer sk-replaced"));
    }
    logTime("the credential", start);
  }

  @Test
  void aGatewayCutOffFromItsDatabaseGoesOnForTheKeysThatItKnows() {
    Tenant.Key known = usedKey();
    link.cut();
    try {
      assertServesKnownOnly(known);
    } finally {
      link.restore();
    }
    assertRecovers(known);
  }

  @Test
  void aGatewayWhoseDatabaseIsFrozenGoesOnForTheKeysThatItKnows() {
    Tenant.Key known = usedKey();
    link.freeze();
    try {
      assertServesKnownOnly(known);
    } finally {
      link.thaw();
    }
    assertRecovers(known);
  }

  private void assertServesKnownOnly(Tenant.Key known) {
    assertThat(ask(second.url(), known).status()).isEqualTo(200);
    Tenant.Key unknown = tenant.key();
    for (int attempt = 0; attempt < 3; attempt++) {
      Reply reply = ask(second.url(), unknown);
      assertThat(reply.status()).as(reply.text()).isEqualTo(503);
      assertThat(Wire.OPENAI.code(reply)).isEqualTo("service_unavailable");
      assertThat(reply.header("retry-after")).matches("\\d+");
    }
    assertThat(ask(second.url(), known).status()).isEqualTo(200);
  }

  /** What was changed meanwhile is known soon after, without a restart. */
  private void assertRecovers(Tenant.Key known) {
    Tenant.Key unknown = tenant.key();
    await().atMost(RECOVERY).until(() -> ask(second.url(), unknown).status() == 200);
    bed.admin().delete("/v1/keys/" + known.id());
    await().atMost(RECOVERY).until(() -> ask(second.url(), known).status() == 401);
  }

  private Tenant.Key usedKey() {
    return used(tenant.key());
  }

  private Tenant.Key used(Tenant.Key key) {
    for (URI gateway : gateways()) {
      await().atMost(RECOVERY).until(() -> ask(gateway, key).status() == 200);
    }
    return key;
  }

  private List<URI> gateways() {
    return List.of(bed.gateway(), second.url());
  }

  private void awaitStatus(String what, Tenant.Key key, int status) {
    long start = System.nanoTime();
    for (URI gateway : gateways()) {
      await().atMost(BOUND).until(() -> ask(gateway, key).status() == status);
    }
    logTime(what, start);
  }

  private void awaitCode(String what, Tenant.Key key, int status, String code) {
    awaitStatus(what, key, status);
    for (URI gateway : gateways()) {
      assertThat(Wire.OPENAI.code(ask(gateway, key))).isEqualTo(code);
    }
  }

  private static void logTime(String what, long startNanos) {
    log.info(
        "{} in force on two gateways after {} ms",
        what,
        Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
  }

  private static Reply ask(URI gateway, Tenant.Key key) {
    return Wire.OPENAI.askAt(gateway, key.token(), "gpt-4o");
  }

  private String keyShownToProvider(URI gateway, Tenant.Key key) {
    String id = Wire.newId();
    Wire.OPENAI.askAt(gateway, key.token(), "gpt-4o", Wire.mark(id));
    return Objects.requireNonNull(bed.upstreams(id).getFirst().header("authorization"));
  }
}
