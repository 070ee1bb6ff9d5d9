package dev.tollgate.deploy.e2e;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An organization whose projects reach the simulator by every protocol. */
final class PolicyGround {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final String AUTHENTICATION = "/security/authentication/";

  private static final String SIGNATURE = AUTHENTICATION + "require_signature";

  private final Bed bed;
  private final String organization;
  private final String project;

  private PolicyGround(Bed bed) {
    this.bed = bed;
    Tenant tenant = bed.tenantWithProviders();
    this.organization = tenant.organization();
    this.project = tenant.project();
  }

  static PolicyGround on(Bed bed) {
    return new PolicyGround(bed);
  }

  PolicyGround another() {
    return new PolicyGround(bed);
  }

  String organization() {
    return organization;
  }

  String project() {
    return project;
  }

  /** Its id. */
  String newProject() {
    return bed.withProviders(Tenant.in(bed.admin(), organization, newName("project"))).project();
  }

  /** The id of one that works in the project. */
  String newTeam() {
    return made(
        "/v1/teams",
        "{'organization_id':'%s','name':'%s','project_ids':['%s']}"
            .formatted(organization, newName("team"), project));
  }

  /** The id of one who may use the project. */
  String newMember() {
    return made(
        "/v1/organizations/" + organization + "/members",
        "{'email':'%s@example.com','role':'developer','project_ids':['%s']}"
            .formatted(newName("member"), project));
  }

  /** Its name. */
  String newTemplate(Map<String, String> document) {
    String name = newName("template");
    made("/v1/templates", named(name, document(document)).toString());
    return name;
  }

  /** Its name. */
  String newEnvironment(Map<String, String> defaults) {
    String name = newName("environment");
    ObjectNode environment = named(name, JSON.createObjectNode());
    environment.set("defaults", document(defaults));
    made("/v1/environments", environment.toString());
    return name;
  }

  private ObjectNode named(String name, ObjectNode document) {
    return document.put("organization_id", organization).put("name", name);
  }

  void putPolicy(String scopes, String id, Map<String, String> document) {
    bed.admin().put("/v1/%s/%s/policy".formatted(scopes, id), document(document).toString());
  }

  Tenant.Key key(String inProject, Map<String, String> document) {
    ObjectNode policy = document(document);
    if (!policy.has("name")) {
      policy.put("name", newName("key"));
    }
    policy.withObject("/scope").putArray("projects").add(inProject);
    JsonNode made = bed.admin().post("/v1/keys", policy.toString());
    return Tenant.Key.of(made);
  }

  private String made(String path, String body) {
    return bed.admin().post(path, body).path("id").asString();
  }

  private static String newName(String kind) {
    return kind.toLowerCase(Locale.ROOT) + "-" + NAMES.incrementAndGet();
  }

  /** The document in which the fields have these values. */
  static ObjectNode document(Map<String, String> fields) {
    ObjectNode document = JSON.createObjectNode();
    fields.forEach((field, value) -> {
      String path = field.replace("/limits/*/", "/limits/" + CostCases.MODEL + "/");
      int last = path.lastIndexOf('/');
      ObjectNode block = last == 0 ? document : document.withObject(path.substring(0, last));
      block.set(path.substring(last + 1), JSON.readTree(value.replace('\'', '"')));
    });
    return document;
  }

  static Map<String, String> moved(Map<String, String> document, String from, String to) {
    Map<String, String> moved = new HashMap<>();
    document.forEach((path, value) ->
        moved.put(path.startsWith(from) ? to + path.substring(from.length()) : path, value));
    return moved;
  }

  /**
   * A key gets its signing secret by its own document, which is needed where signatures are looked
   * at in detail, and not where the policy above only asks for one.
   */
  static Map<String, String> signing(Map<String, String> above, Map<String, String> own) {
    Map<String, String> all = new HashMap<>(own);
    boolean detailed =
        above.keySet().stream()
            .anyMatch(path -> path.startsWith(AUTHENTICATION) && !path.equals(SIGNATURE));
    if (detailed) {
      all.put(SIGNATURE, "true");
    }
    return all;
  }
}
