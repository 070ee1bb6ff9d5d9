package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.PolicyCase.Effect;
import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What fields do that do not decide about a request by what it is. */
final class PolicyEffects {

  /** Any change is in force by then. */
  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  private PolicyEffects() {}

  /**
   * @param part what is kept where {@code flag} is on
   */
  static Effect keeps(String flag, String part) {
    return (bed, tenant) -> {
      Tenant.Key kept = tenant.key(dataAccess(flag, true));
      Tenant.Key forgotten = tenant.key(dataAccess(flag, false));
      for (Wire wire : Wire.values()) {
        passes(bed, PolicyCall.chat(wire), forgotten);
        passes(bed, PolicyCall.chat(wire), kept);
      }
      // Bodies are stored in order: what was asked before would be there too.
      await()
          .atMost(Tenant.ROW_BOUND)
          .untilAsserted(
              () -> assertThat(parts(bed, kept)).hasSize(Wire.values().length).containsOnly(part));
      assertThat(parts(bed, forgotten)).isEmpty();
    };
  }

  private static List<String> parts(Bed bed, Tenant.Key key) {
    List<String> parts = new ArrayList<>();
    for (JsonNode body : bed.admin().get("/v1/keys/" + key.id() + "/logs").path("data")) {
      parts.add(body.path("part").asString());
    }
    return parts;
  }

  static void exportsItsUsage(Bed bed, Tenant tenant) {
    asksForItsUsage(bed, tenant, "GET", "export_data");
  }

  static void deletesItsUsage(Bed bed, Tenant tenant) {
    asksForItsUsage(bed, tenant, "DELETE", "delete_data");
  }

  private static void asksForItsUsage(Bed bed, Tenant tenant, String method, String flag) {
    Reply allowed = ofSelf(bed, method, tenant.key(dataAccess(flag, true)));
    assertThat(allowed.status()).as(allowed.text()).isEqualTo(200);
    Reply refused = ofSelf(bed, method, tenant.key(dataAccess(flag, false)));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text()).contains("operation_not_allowed");
  }

  private static Reply ofSelf(Bed bed, String method, Tenant.Key key) {
    return new RawHttp(bed.tollgate().adminUrl())
        .exchange(
            method,
            "/v1/keys/self/usage",
            new byte[0],
            "Authorization: Bearer " + key.token(),
            "Content-Length: 0");
  }

  private static String dataAccess(String flag, boolean value) {
    return ",'permissions':{'data_access':{'%s':%s}}".formatted(flag, value);
  }

  static void expires(Bed bed, Tenant tenant) {
    Tenant.Key key = tenant.key(",'expires_at':'%s'".formatted(Instant.now().plusSeconds(3600)));
    for (Wire wire : Wire.values()) {
      passes(bed, PolicyCall.chat(wire), key);
    }
    bed.admin()
        .patch(
            "/v1/keys/" + key.id(), "{'expires_at':'%s'}".formatted(Instant.now().plusSeconds(1)));
    for (Wire wire : Wire.values()) {
      await()
          .atMost(CHANGE_BOUND)
          .untilAsserted(() -> isRefused(bed, PolicyCall.chat(wire), key, 401, "key_expired"));
    }
  }

  static void choosesServicesOfItsEnvironment(Bed bed, Tenant tenant) {
    for (Wire wire : Wire.values()) {
      bed.admin()
          .patch("/v1/services/" + tenant.service(wire.provider()), "{'environment':'production'}");
    }
    Tenant.Key production = tenant.key(",'environment':'production'");
    Tenant.Key staging = tenant.key(",'environment':'staging'");
    for (Wire wire : Wire.values()) {
      passes(bed, PolicyCall.chat(wire), production);
      isRefused(bed, PolicyCall.chat(wire), staging, 404, "model_not_found");
    }
  }

  static void holdsInItsProjects(Bed bed, Tenant tenant) {
    Tenant.Key key = tenant.key();
    Tenant other = bed.tenantWithProviders();
    for (Wire wire : Wire.values()) {
      PolicyCall call = PolicyCall.chat(wire);
      passes(bed, call.with("X-Tollgate-Project: " + tenant.project()), key);
      isRefused(
          bed, call.with("X-Tollgate-Project: " + other.project()), key, 400, "project_required");
    }
  }

  static void passes(Bed bed, PolicyCall call, Tenant.Key key) {
    String mark = Wire.newId();
    Reply reply = call.send(bed, key, mark);
    assertThat(bed.upstreams(mark)).as(reply.text()).hasSize(1);
    // Not everything has an answer at the simulator: a WebSocket gets none.
    assertThat(reply.status()).as(reply.text()).isNotIn(401, 403);
  }

  static void isRefused(Bed bed, PolicyCall call, Tenant.Key key, int status, String code) {
    String mark = Wire.newId();
    Reply reply = call.send(bed, key, mark);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(call.wire().code(reply)).as(reply.text()).isEqualTo(code);
    assertThat(call.wire().isErrorOf(reply)).as(reply.text()).isTrue();
    assertThat(reply.header("x-tollgate-error-source")).isEqualTo("gateway");
    assertThat(bed.upstreams(mark)).as("requests that reached the provider").isEmpty();
  }
}
