package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The launcher's own PostgreSQL, frozen and killed: keys in memory go on, everything else is told
 * so in time, and all is well soon after without a restart of Tollgate.
 */
@EnabledOnOs(OS.LINUX)
class DatabaseStoppedIT {

  private static final Logger log = LoggerFactory.getLogger(DatabaseStoppedIT.class);

  /** The contract's bound for an answer; the gateway waits 1 s and the admin API 1.2 s. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private static final Duration RECOVERY = Duration.ofSeconds(10);
  private static final Duration NEW_START = Duration.ofSeconds(60);

  private static Bed bed;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    bed = Bed.start(Bed.PROVIDER_KEY);
    tenant = bed.tenantWithProviders();
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @Test
  void aFrozenDatabaseHoldsUpNobodyAndIsTakenBack() {
    Tenant.Key unknown = tenant.key();
    Tenant.Key known = usedKey();
    PostgresProcess postgres = postgres();
    postgres.freeze();
    try {
      assertServesKnownOnly(known, unknown);
    } finally {
      postgres.thaw();
    }
    assertAllIsWell(known, unknown, RECOVERY);
  }

  @Test
  void aKilledDatabaseHoldsUpNobodyAndIsTakenBackWhenItRunsAgain() {
    Tenant.Key unknown = tenant.key();
    Tenant.Key known = usedKey();
    PostgresProcess postgres = postgres();
    postgres.kill();
    try {
      assertServesKnownOnly(known, unknown);
    } finally {
      postgres.restart();
    }
    // Its own recovery from the crash comes first.
    assertAllIsWell(known, unknown, NEW_START);
  }

  private static PostgresProcess postgres() {
    return PostgresProcess.in(bed.dataDirectory().resolve("postgres"));
  }

  /** A key that stays in memory: no change that is still to be heard of will evict it. */
  private static Tenant.Key usedKey() {
    Tenant.Key key = tenant.key();
    tenant.awaitChangesInForce(bed);
    assertThat(ask(key).status()).isEqualTo(200);
    return key;
  }

  private static void assertServesKnownOnly(Tenant.Key known, Tenant.Key unknown) {
    assertThat(ask(known).status()).isEqualTo(200);
    for (int attempt = 0; attempt < 3; attempt++) {
      Reply refused = inTime("the gateway", () -> ask(unknown));
      assertThat(refused.status()).as(refused.text()).isEqualTo(503);
      assertThat(Wire.OPENAI.code(refused)).isEqualTo("service_unavailable");
      assertThat(refused.header("retry-after")).matches("\\d+");
    }
    String bearer = "Authorization: Bearer " + bed.rootKey();
    RawHttp admin = new RawHttp(bed.tollgate().adminUrl());
    for (int attempt = 0; attempt < 3; attempt++) {
      assertUnavailable(inTime("admin GET", () -> admin.get("/v1/projects", bearer)));
      assertUnavailable(
          inTime(
              "admin POST", () -> admin.post("/v1/organizations", "{\"name\":\"never\"}", bearer)));
    }
    assertThat(ask(known).status()).isEqualTo(200);
  }

  private static void assertUnavailable(Reply reply) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(503);
    assertThat(reply.text()).contains("\"service_unavailable\"");
    assertThat(reply.header("retry-after")).matches("\\d+");
  }

  private static Reply inTime(String what, Supplier<Reply> call) {
    long start = System.nanoTime();
    Reply reply = call.get();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    log.info("{} answered {} after {} ms", what, reply.status(), took.toMillis());
    assertThat(took).as(what).isLessThan(ANSWER);
    return reply;
  }

  /** Unknown keys are known, changes are made and in force, no usage is lost, nothing half made. */
  private static void assertAllIsWell(Tenant.Key known, Tenant.Key unknown, Duration within) {
    long start = System.nanoTime();
    await().atMost(within).until(() -> ask(unknown).status() == 200);
    String bearer = "Authorization: Bearer " + bed.rootKey();
    RawHttp admin = new RawHttp(bed.tollgate().adminUrl());
    await().atMost(within).until(() -> admin.get("/v1/projects", bearer).status() == 200);
    log.info("all is well after {} ms", Duration.ofNanos(System.nanoTime() - start).toMillis());
    assertThat(admin.get("/v1/organizations?limit=100", bearer).text()).doesNotContain("never");
    assertThat(tenant.usage(known, 3)).hasSize(3);
    bed.admin().delete("/v1/keys/" + known.id());
    await().atMost(RECOVERY).until(() -> ask(known).status() == 401);
  }

  private static Reply ask(Tenant.Key key) {
    return Wire.OPENAI.askAt(bed.gateway(), key.token(), "gpt-4o");
  }
}
