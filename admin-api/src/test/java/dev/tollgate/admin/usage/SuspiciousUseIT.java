package dev.tollgate.admin.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.schema.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of the word of gateways is told as suspicious. */
class SuspiciousUseIT {

  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private String key;
  private Client admin;

  @BeforeAll
  static void start() {
    server =
        AdminServer.startWith(
            Map.of(
                "tollgate.inbox.interval", "1h",
                "tollgate.suspicion.spending-every", "0s",
                "tollgate.suspicion.window", "10m",
                "tollgate.suspicion.refusals", "10"));
    tenants = new Tenants(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeTenants() {
    organization = tenants.organization();
    project = tenants.project(organization);
    admin = tenants.member("admin", organization);
    key = admin.post("/v1/keys", "{\"name\":\"k\"}").id();
  }

  private void tell(String kind, Instant at, String details) {
    tenants.run(
        """
        INSERT INTO gateway_v1.inbox (id, at, kind, organization_id, key_id, details)
        VALUES (?, ?::timestamptz, ?, ?, ?, ?::jsonb)\
        """,
        server.context().getBean(Ids.class).next("evt"),
        at.toString(),
        kind,
        organization,
        key,
        details.replace('\'', '"'));
  }

  private void seen(String place, String country) {
    tell(
        "key_seen",
        Instant.now(),
        "{'place':'%s','country':'%s','ip_address':'%s','request_id':'req_%s'}"
            .formatted(place, country, place, place));
  }

  private void refused(Instant at, int count) {
    tell(
        "key_refused",
        at,
        "{'count':%d,'ip_address':'203.0.113.7','request_id':'req_1'}".formatted(count));
  }

  private static void drain() {
    server.context().getBean(InboxDrain.class).drain().block(Duration.ofSeconds(20));
  }

  /** As if the last alert had been so long ago. */
  private void pass(Duration time) {
    tenants.run(
        "UPDATE tollgate.finding SET told_at = told_at - make_interval(secs => ?) WHERE subject_id = ?",
        (double) time.toSeconds(),
        key);
  }

  private List<String> alerts() {
    Response trail = admin.get("/v1/keys/" + key + "/audit?event_types=security_alert");
    return StreamSupport.stream(trail.json().path("events").spliterator(), false)
        .map(event -> event.path("action").asString() + " " + event.path("details"))
        .toList()
        .reversed();
  }

  private void firstUse() {
    seen("203.0.113.1", "DE");
    drain();
    assertThat(alerts()).isEmpty();
  }

  @Test
  void tellsOfAPlaceThatAKeyWasNeverUsedFromAndOfNoneTwice() {
    firstUse();
    seen("203.0.113.1", "DE");
    seen("203.0.113.2", "DE");
    drain();
    seen("203.0.113.2", "DE");
    drain();
    assertThat(alerts())
        .containsExactly(
            "key.suspicious {\"count\":1,\"places\":[\"203.0.113.2\"],\"reason\":\"new_address\"}");
    Response trail = admin.get("/v1/keys/" + key + "/audit?event_types=security_alert");
    assertThat(trail.text("/events/0/ip_address")).isEqualTo("203.0.113.2");
    assertThat(trail.text("/events/0/request_id")).isEqualTo("req_203.0.113.2");
    assertThat(trail.text("/events/0/user_id")).isEqualTo("gateway");
    assertThat(trail.text("/events/0/organization_id")).isEqualTo(organization);
    assertThat(trail.text("/events/0/project_id")).isEqualTo(project);
  }

  /** One request in each of the hours before, and what one in this hour costs. */
  private void spend(int hours, long before, long now) {
    tenants.run(
        """
        INSERT INTO tollgate.usage_hour
        SELECT date_trunc('hour', now(), 'UTC') - make_interval(hours => n), ?, ?, NULL, ?, 'openai', 'm', 1, 0, 1, 1,
               0, 0, CASE n WHEN 0 THEN ?::bigint ELSE ?::bigint END, 1
          FROM generate_series(0, ?::int) n\
        """,
        organization,
        project,
        key,
        now,
        before,
        hours);
  }

  @Test
  void tellsOfSpendingFarAboveWhatIsUsual() {
    admin.patch("/v1/keys/" + key, "{\"security\":{\"audit\":{\"alert_on_suspicious\":true}}}");
    spend(10, 100, 1001);
    drain();
    drain();
    assertThat(alerts())
        .containsExactly("key.suspicious {\"reason\":\"spend_rate\",\"cost_micro_usd\":1001}");
  }

  @Test
  void tellsOfNoSpendingThatIsUsualOrThatNobodyAskedToWatch() {
    spend(10, 100, 100_000);
    drain();
    assertThat(alerts()).as("not asked for").isEmpty();
    key =
        admin
            .post(
                "/v1/keys",
                "{\"name\":\"w\",\"security\":{\"audit\":{\"alert_on_suspicious\":true}}}")
            .id();
    spend(10, 100, 1000);
    drain();
    assertThat(alerts()).as("ten times as much").isEmpty();
  }

  @Test
  void tellsOfACountryBesideTheAddress() {
    firstUse();
    seen("198.51.100.1", "KP");
    drain();
    assertThat(alerts())
        .containsExactlyInAnyOrder(
            "key.suspicious {\"count\":1,\"places\":[\"198.51.100.1\"],\"reason\":\"new_address\"}",
            "key.suspicious {\"count\":1,\"places\":[\"KP\"],\"reason\":\"new_country\"}");
  }

  @Test
  void keepsWhatComesWithinTheWindowForTheNextAlert() {
    firstUse();
    for (int i = 2; i < 5; i++) {
      seen("203.0.113." + i, "DE");
      drain();
    }
    assertThat(alerts()).hasSize(1);
    pass(Duration.ofMinutes(9));
    drain();
    assertThat(alerts()).hasSize(1);
    pass(Duration.ofMinutes(2));
    drain();
    assertThat(alerts())
        .hasSize(2)
        .last()
        .isEqualTo(
            "key.suspicious {\"count\":2,\"places\":[\"203.0.113.3\",\"203.0.113.4\"],"
                + "\"reason\":\"new_address\"}");
  }

  @Test
  void namesAFewPlacesOfMany() {
    firstUse();
    for (int i = 2; i < 52; i++) {
      seen("203.0.113." + i, "DE");
    }
    drain();
    Response trail = admin.get("/v1/keys/" + key + "/audit?event_types=security_alert");
    assertThat(trail.json().at("/events")).hasSize(1);
    assertThat(trail.json().at("/events/0/details/count").asInt()).isEqualTo(50);
    assertThat(trail.json().at("/events/0/details/places")).hasSize(20);
  }

  @Test
  void notesNoMorePlacesThanItHoldsOfAKey() {
    firstUse();
    tenants.run(
        """
        INSERT INTO tollgate.key_place (key_id, kind, place, first_seen_at, last_seen_at, settled)
        SELECT ?, 'address', 'n' || n, now(), now(), true FROM generate_series(2, 5000) n\
        """,
        key);
    seen("203.0.113.2", "DE");
    seen("203.0.113.1", "DE");
    drain();
    assertThat(alerts()).isEmpty();
    assertThat(
            tenants.query(
                "SELECT count(*) FROM tollgate.key_place WHERE key_id = ? AND kind = 'address'",
                key))
        .containsExactly("5000");
  }

  @Test
  void tellsOfABurstOfRefusalsOnce() {
    refused(Instant.now(), 4);
    drain();
    refused(Instant.now(), 5);
    drain();
    assertThat(alerts()).isEmpty();
    refused(Instant.now(), 1);
    drain();
    refused(Instant.now(), 100);
    drain();
    assertThat(alerts())
        .containsExactly("key.suspicious {\"count\":10,\"reason\":\"refusal_burst\"}");
  }

  @Test
  void takesRefusalsThatLieApartForNoBurst() {
    Instant start = Instant.parse("2026-11-01T10:00:00Z");
    IntStream.range(0, 10).forEach(i -> refused(start.plusSeconds(30L * i), 3));
    drain();
    assertThat(alerts()).isEmpty();
  }

  @Test
  void findsABurstInWhatWasReadLate() {
    Instant start = Instant.parse("2026-11-01T10:00:05Z");
    IntStream.range(0, 5).forEach(i -> refused(start.plusSeconds(5L * i), 3));
    drain();
    assertThat(alerts())
        .containsExactly("key.suspicious {\"count\":15,\"reason\":\"refusal_burst\"}");
  }

  @Test
  void tellsTheSameEventOfAGatewayOnceInAWindow() {
    for (int i = 0; i < 3; i++) {
      tell("security_event", Instant.now(), "{'reason':'nonce_replayed','ip_address':'::1'}");
      tell("security_event", Instant.now(), "{'reason':'unknown_country'}");
    }
    drain();
    tell("security_event", Instant.now(), "{'reason':'nonce_replayed'}");
    drain();
    assertThat(alerts())
        .containsExactlyInAnyOrder(
            "security.event {\"reason\":\"nonce_replayed\"}",
            "security.event {\"reason\":\"unknown_country\"}");
    pass(Duration.ofMinutes(11));
    tell("security_event", Instant.now(), "{'reason':'nonce_replayed'}");
    drain();
    assertThat(alerts()).hasSize(3);
  }

  @Test
  void bearsWordThatSaysNothing() {
    tell("key_seen", Instant.now(), "{}");
    tell("key_seen", Instant.now(), "[1]");
    tell("key_refused", Instant.now(), "{'count':'many'}");
    tell("key_refused", Instant.now(), "[1]");
    drain();
    assertThat(tenants.query("SELECT id FROM tollgate.inbox")).isEmpty();
    assertThat(alerts()).isEmpty();
  }
}
