package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What {@code security.audit} has written down. */
final class AuditEffects {

  /** The admin API reads what gateways tell every two seconds. */
  private static final Duration ALERT_BOUND = Duration.ofSeconds(10);

  private AuditEffects() {}

  static void logsAllRequests(Bed bed, Tenant tenant) {
    Tenant.Key logged = tenant.key(audit("'log_all_requests':true"));
    Tenant.Key silent = tenant.key(audit("'log_all_requests':false,'log_failures':true"));
    List<String> expected = new ArrayList<>();
    for (Wire wire : Wire.values()) {
      PolicyEffects.passes(bed, PolicyCall.chat(wire), silent);
      PolicyEffects.passes(bed, PolicyCall.chat(wire), logged);
      expected.add("request.completed 200 127.0.0.1");
    }
    isTold(bed, logged, "access", expected);
    // Rows are stored in order: those of what was asked before would be there too.
    assertThat(told(bed, silent, "access")).isEmpty();
  }

  static void logsFailures(Bed bed, Tenant tenant) {
    Tenant.Key logged = tenant.key(audit("'log_failures':true") + DENIED);
    Tenant.Key silent = tenant.key(audit("'log_failures':false") + DENIED);
    List<String> expected = new ArrayList<>();
    for (Wire wire : Wire.values()) {
      PolicyCall denied = PolicyCall.chatWithModel(wire, "sim-denied");
      PolicyEffects.isRefused(bed, denied, silent, 403, "model_not_allowed");
      PolicyEffects.isRefused(bed, denied, logged, 403, "model_not_allowed");
      expected.add("request.refused 403 127.0.0.1");
    }
    bed.admin().post("/v1/keys/" + logged.id() + "/disable", "{}");
    tenant.awaitChangesInForce(bed);
    PolicyEffects.isRefused(bed, PolicyCall.chat(Wire.OPENAI), logged, 401, "key_disabled");
    expected.add("request.refused 401 127.0.0.1");
    isTold(bed, logged, "access", expected);
    assertThat(told(bed, silent, "access")).isEmpty();
  }

  static void alerts(Bed bed, Tenant tenant) {
    Tenant.Key watched = tenant.key(audit("'alert_on_suspicious':true", SIGNED));
    Tenant.Key unwatched = tenant.key(audit("'alert_on_suspicious':false", SIGNED));
    for (Tenant.Key key : List.of(unwatched, watched)) {
      PolicyCall call = PolicyCall.chat(Wire.OPENAI).signed(Signature.right());
      PolicyEffects.passes(bed, call, key);
      PolicyEffects.isRefused(bed, call, key, 401, "nonce_replayed");
    }
    isTold(bed, watched, "security_alert", List.of("security.event nonce_replayed 127.0.0.1"));
    assertThat(told(bed, unwatched, "security_alert")).isEmpty();
  }

  private static final String DENIED = ",'permissions':{'models':{'denied':['sim-denied']}}";

  private static final String SIGNED = "'authentication':{'require_nonce':true},";

  private static String audit(String rules) {
    return audit(rules, "");
  }

  private static String audit(String rules, String more) {
    return ",'security':{%s'audit':{%s}}".formatted(more, rules);
  }

  private static void isTold(Bed bed, Tenant.Key key, String type, List<String> expected) {
    await()
        .atMost(ALERT_BOUND)
        .untilAsserted(() -> assertThat(told(bed, key, type)).containsExactlyElementsOf(expected));
  }

  /** Oldest first. */
  private static List<String> told(Bed bed, Tenant.Key key, String type) {
    List<String> events = new ArrayList<>();
    String path = "/v1/keys/%s/audit?event_types=%s".formatted(key.id(), type);
    for (JsonNode event : bed.admin().get(path).path("events")) {
      JsonNode details = event.path("details");
      String what = details.path(type.equals("access") ? "status" : "reason").asString();
      events.add(
          String.join(
              " ", event.path("action").asString(), what, event.path("ip_address").asString()));
    }
    return events.reversed();
  }
}
