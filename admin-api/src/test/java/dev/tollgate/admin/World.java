package dev.tollgate.admin;

import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.credential.SealedBodies;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An organization with one of everything that has an id, made over HTTP by the root key.
 *
 * <p>What is named in a path is known by the collection that it stands in: {@code teams} for {@code
 * /v1/teams/{id}}. What is named in bodies only has a name with a blank.
 */
public final class World {

  /** Bodies that are read without complaint, by the end of the path; {@code {}} for any other. */
  private static final Map<String, String> BODIES =
      Map.of(
          "/value", "{'fields':{'api_key':'sk-0123456789abcdef0123'}}",
          "/members", "{'email':'x@company.com','role':'viewer'}",
          "/providers",
              "{'name':'q','base_url':'https://api.openai.com','provider':'openai','api_key':'sk-0123456789abcdef'}",
          "/providers/{name}/rotate", "{'api_key':'sk-0123456789abcdef0123'}");

  private static final String NO_ULID = "00000000000000000000000000";
  private static final String OWN = "self";
  private static final String CATALOGUE = "catalogue";

  /** Kinds of what is called the same in every organization. */
  private static final Set<String> EVERYBODYS = Set.of("versions", CATALOGUE);

  private final AdminServer server;
  private final Map<String, String> ids = new LinkedHashMap<>();
  private final String otherProject;
  private final String keyOfItself;
  private final String bareKey;

  public World(AdminServer server) {
    this.server = server;
    String organization = server.organization();
    ids.put("organizations", organization);
    String project = server.project(organization);
    ids.put("projects", project);
    otherProject = server.project(organization);
    // of this world alone, so that it can be told from what another one calls so
    String mark = organization.substring(organization.length() - 8);
    String owner = "'organization_id':'" + organization + "'";
    makePeople(organization, project, owner, mark);
    makeSecrets(project, owner, mark);
    Response self = key(project, "self", "'data_access':{'export_data':true,'delete_data':true}");
    keyOfItself = self.text("/key");
    bareKey = key(project, "bare", "").text("/key");
    ids.put(
        "keys",
        key(project, "k", "'inherit_from':'tpl-" + mark + "','require_approval':true").id());
    ids.put("logs", SealedBodies.keep(server, organization, project, id("keys")));
    ids.put("self/logs", SealedBodies.keep(server, organization, project, self.id()));
    ids.put("tokens", make("/v1/projects/" + project + "/tokens", "{}").text("/jti"));
    ids.put("event of audit", server.get("/v1/keys/" + id("keys") + "/audit").text("/events/0/id"));
    ids.forEach((collection, id) -> Objects.requireNonNull(id.isEmpty() ? null : id, collection));
  }

  private void makePeople(String organization, String project, String owner, String mark) {
    ids.put("teams", made("/v1/teams", "{%s,'name':'t','project_ids':['%s']}", owner, project));
    ids.put(
        "members",
        made(
            "/v1/organizations/" + organization + "/members",
            "{'email':'ann@company.com','subject':'auth0:1','role':'viewer'}"));
    ids.put("admin-keys", made("/v1/admin-keys", "{%s,'name':'r','role':'viewer'}", owner));
    ids.put("templates", made("/v1/templates", "{%s,'name':'tpl-%s'}", owner, mark));
    ids.put("template by name", "tpl-" + mark);
    ids.put("environments", made("/v1/environments", "{%s,'name':'lab-%s'}", owner, mark));
    ids.put("environment by name", "lab-" + mark);
  }

  private void makeSecrets(String project, String owner, String mark) {
    ids.put(
        "credentials",
        made(
            "/v1/credentials",
            "{%s,'name':'c','provider':'custom','fields':{'api_key':'sk-0123456789abcdef'},"
                + "'allowed_hosts':['gone.invalid']}",
            owner));
    ids.put("versions", "1");
    ids.put(CATALOGUE, "openai");
    make(
        "/v1/projects/" + project + "/providers",
        "{'name':'up-%s','provider':'openai','base_url':'https://api.openai.com','api_key':'sk-0123456789abcdef'}",
        mark);
    ids.put("providers", "up-" + mark);
    ids.put("services", server.get("/v1/services?project_id=" + project).text("/data/0/id"));
    ids.put(
        "prices",
        made(
            "/v1/prices",
            "{%s,'provider':'openai','model':'m','components':{'input':1},"
                + "'effective_from':'2100-01-01T00:00:00Z'}",
            owner));
  }

  private Response key(String project, String name, String permissions) {
    return make(
        "/v1/keys",
        "{'name':'%s','scope':{'projects':['%s']},'permissions':{%s}}",
        name,
        project,
        permissions);
  }

  private String made(String path, String body, Object... values) {
    return make(path, body, values).id();
  }

  private Response make(String path, String body, Object... values) {
    Response made = server.post(path, Tenants.json(body, values));
    if (made.status() != 201) {
      throw new IllegalStateException(path + ": " + made);
    }
    return made;
  }

  public String id(String collection) {
    return Objects.requireNonNull(
        ids.get(collection), () -> "tell World what stands behind " + collection);
  }

  /** The kinds of what is called otherwise in every organization. */
  public List<String> kinds() {
    return ids.keySet().stream().filter(kind -> !EVERYBODYS.contains(kind)).toList();
  }

  /** All that names something of this organization and of no other. */
  public List<String> itsOwn() {
    return kinds().stream().map(this::id).toList();
  }

  /** A project that holds nothing. */
  public String otherProject() {
    return otherProject;
  }

  /** A virtual key of its project that may export and delete its data. */
  public Client key() {
    return server.as(keyOfItself);
  }

  /** A virtual key of its project that may do neither. */
  public Client bareKey() {
    return server.as(bareKey);
  }

  /** Something that could be such an id and names nothing. */
  public String nothing(String collection) {
    String id = id(collection);
    int prefix = id.indexOf('_');
    return prefix < 0 ? "9".repeat(id.length()) : id.substring(0, prefix + 1) + NO_ULID;
  }

  /** A body that the route takes as far as can be told without what its path names. */
  public static @Nullable String body(String method, String path) {
    if (method.equals("GET") || method.equals("DELETE")) {
      return null;
    }
    return BODIES.entrySet().stream()
        .filter(entry -> path.endsWith(entry.getKey()))
        .map(entry -> Tenants.json(entry.getValue()))
        .findFirst()
        .orElse("{}");
  }

  /** The collections that the variables of a path stand for, in their order. */
  public static List<String> places(String path) {
    List<String> places = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (int i = 2; i < segments.length; i++) {
      if (segments[i].startsWith("{")) {
        places.add(place(segments, i));
      }
    }
    return places;
  }

  private static String place(String[] segments, int at) {
    String collection = segments[at - 1];
    if (at == 3 && collection.equals("providers")) {
      return CATALOGUE;
    }
    return segments[at - 2].equals(OWN) ? OWN + "/" + collection : collection;
  }

  /** The path with these in place of its variables. */
  public static String fill(String path, List<String> values) {
    Iterator<String> next = values.iterator();
    String[] segments = path.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].startsWith("{")) {
        segments[i] = next.next();
      }
    }
    return String.join("/", segments);
  }

  /** The path with ids of this organization. */
  public String fill(String path) {
    return fill(path, places(path).stream().map(this::id).toList());
  }
}
