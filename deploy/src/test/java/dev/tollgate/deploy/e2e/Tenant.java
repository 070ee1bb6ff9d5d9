package dev.tollgate.deploy.e2e;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An organization with one project. */
public final class Tenant {

  /** The contract's bound for a usage row to be seen. */
  static final Duration ROW_BOUND = Duration.ofSeconds(5);

  /** The contract's worst case for a change to be in force. */
  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Admin admin;
  private final String organization;
  private final String project;

  private Tenant(Admin admin, String organization, String project) {
    this.admin = admin;
    this.organization = organization;
    this.project = project;
  }

  /**
   * A virtual key as its maker sees it.
   *
   * @param signingSecret null: its requests need no signature
   */
  public record Key(String id, String token, @Nullable String signingSecret) {

    static Key of(JsonNode made) {
      return new Key(
          made.path("id").asString(),
          made.path("key").asString(),
          made.path("signing_secret").asString(null));
    }
  }

  public static Tenant in(Admin admin, String name) {
    String organization =
        admin.post("/v1/organizations", "{'name':'%s'}".formatted(name)).path("id").asString();
    return in(admin, organization, name);
  }

  /** A new project of an organization. */
  static Tenant in(Admin admin, String organization, String name) {
    String project =
        admin
            .post(
                "/v1/projects",
                "{'organization_id':'%s','name':'%s'}".formatted(organization, name))
            .path("id")
            .asString();
    return new Tenant(admin, organization, project);
  }

  public String organization() {
    return organization;
  }

  public String project() {
    return project;
  }

  public Tenant withProvider(String name, URI baseUrl, String apiKey) {
    admin.post(
        "/v1/projects/" + project + "/providers",
        "{'name':'%s','base_url':'%s','api_key':'%s'}".formatted(name, baseUrl, apiKey));
    return this;
  }

  /** The service's id. */
  String service(String name) {
    return provider(name).path("service_id").asString();
  }

  JsonNode provider(String name) {
    return admin.get("/v1/projects/" + project + "/providers/" + name);
  }

  Tenant withTimeouts(String provider, String timeouts) {
    admin.patch("/v1/services/" + service(provider), "{'timeouts':%s}".formatted(timeouts));
    return this;
  }

  Tenant withModels(String provider, String models) {
    admin.patch("/v1/services/" + service(provider), "{'models':%s}".formatted(models));
    return this;
  }

  public Key key() {
    return key("");
  }

  /**
   * @param further fields of the document, each with a comma before it
   */
  public Key key(String further) {
    return key(further, "");
  }

  /**
   * @param further fields of the document, each with a comma before it
   * @param scope further fields of its scope, likewise
   */
  public Key key(String further, String scope) {
    JsonNode made =
        admin.post(
            "/v1/keys",
            "{'name':'key %d','scope':{'projects':['%s']%s}%s}"
                .formatted(NAMES.incrementAndGet(), project, scope, further));
    return Key.of(made);
  }

  /** Returns when the gateway acts on every change up to now: it hears of them in order. */
  void awaitChangesInForce(Bed bed) {
    Key revoked = key();
    Wire.OPENAI.ask(bed, revoked, "sim-plain", false);
    admin.delete("/v1/keys/" + revoked.id());
    Awaitility.await()
        .atMost(CHANGE_BOUND)
        .until(() -> Wire.OPENAI.ask(bed, revoked, "sim-plain", false).status() == 401);
  }

  /** All usage rows of a key, newest first. */
  List<JsonNode> usage(Key key) {
    List<JsonNode> rows = new ArrayList<>();
    String rowsOfKey = "/v1/keys/" + key.id() + "/usage?limit=100";
    JsonNode page = admin.get(rowsOfKey);
    page.path("data").forEach(rows::add);
    while (page.path("next_cursor").isString()) {
      page = admin.get(rowsOfKey + "&cursor=" + page.path("next_cursor").asString());
      page.path("data").forEach(rows::add);
    }
    return rows;
  }

  /** Waits until the key has so many rows, or more, and returns them. */
  List<JsonNode> usage(Key key, int count) {
    return Awaitility.await()
        .atMost(ROW_BOUND)
        .until(() -> usage(key), rows -> rows.size() >= count);
  }

  /** The one row that the key has. */
  JsonNode onlyUsage(Key key) {
    List<JsonNode> rows = usage(key, 1);
    if (rows.size() != 1) {
      throw new AssertionError("one row expected, not " + rows);
    }
    return rows.getFirst();
  }
}
