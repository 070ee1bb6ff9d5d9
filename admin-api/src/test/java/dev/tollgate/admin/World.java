package dev.tollgate.admin;

import dev.tollgate.admin.AdminServer.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;

/** An organization with one of everything that has an id, made over HTTP by the root key. */
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

  private final AdminServer server;
  private final Map<String, String> ids = new LinkedHashMap<>();
  private final String otherProject;

  public World(AdminServer server) {
    this.server = server;
    String organization = server.organization();
    String project = server.project(organization);
    otherProject = server.project(organization);
    String owner = "'organization_id':'" + organization + "'";
    ids.put("organizations", organization);
    ids.put("projects", project);
    ids.put("teams", made("/v1/teams", "{%s,'name':'t','project_ids':['%s']}", owner, project));
    ids.put(
        "members",
        made(
            "/v1/organizations/" + organization + "/members", "{'email':'a@b.c','role':'viewer'}"));
    ids.put("admin-keys", made("/v1/admin-keys", "{%s,'name':'r','role':'viewer'}", owner));
    ids.put("templates", made("/v1/templates", "{%s,'name':'t'}", owner));
    ids.put("environments", made("/v1/environments", "{%s,'name':'lab'}", owner));
    ids.put(
        "credentials",
        made(
            "/v1/credentials",
            "{%s,'name':'c','provider':'custom','fields':{'api_key':'sk-0123456789abcdef'},"
                + "'allowed_hosts':['gone.invalid']}",
            owner));
    ids.put("versions", "1");
    make(
        "/v1/projects/" + project + "/providers",
        "{'name':'openai','base_url':'https://api.openai.com','api_key':'sk-0123456789abcdef'}");
    ids.put("providers", "openai");
    ids.put("services", server.get("/v1/services?project_id=" + project).text("/data/0/id"));
    ids.put("keys", made("/v1/keys", "{'name':'k','scope':{'projects':['%s']}}", project));
    ids.put("tokens", make("/v1/projects/" + project + "/tokens", "{}").text("/jti"));
    ids.forEach((collection, id) -> Objects.requireNonNull(id.isEmpty() ? null : id, collection));
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

  public Map<String, String> ids() {
    return Map.copyOf(ids);
  }

  public String otherProject() {
    return otherProject;
  }

  /** Something that could be such an id and names nothing. */
  public String nothing(String collection) {
    String id = id(collection);
    int prefix = id.indexOf('_');
    return prefix < 0 ? "9".repeat(id.length()) : id.substring(0, prefix + 1) + NO_ULID;
  }

  /** Of each route of ours that runs: its method, a blank, its path. */
  public static Set<String> routes(AdminServer server) {
    return server
        .context()
        .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
        .getHandlerMethods()
        .entrySet()
        .stream()
        .filter(entry -> isOurs(entry.getValue()))
        .flatMap(entry -> routes(entry.getKey()).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isOurs(HandlerMethod handler) {
    return handler.getBeanType().getName().startsWith("dev.tollgate.");
  }

  private static Set<String> routes(RequestMappingInfo mapping) {
    Set<String> routes = new TreeSet<>();
    mapping
        .getMethodsCondition()
        .getMethods()
        .forEach(method ->
            mapping
                .getPatternsCondition()
                .getPatterns()
                .forEach(pattern -> routes.add(method + " " + pattern.getPatternString())));
    return routes;
  }

  /** A body that the route takes as far as can be told without what its path names. */
  public static String body(String path) {
    return BODIES.entrySet().stream()
        .filter(entry -> path.endsWith(entry.getKey()))
        .map(entry -> Tenants.json(entry.getValue()))
        .findFirst()
        .orElse("{}");
  }

  /** A path with each variable replaced by an id of what its collection holds. */
  public static String fill(String path, UnaryOperator<String> ids) {
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      if (segments[i].startsWith("{")) {
        segments[i] = ids.apply(segments[i - 1]);
      }
    }
    return String.join("/", segments);
  }
}
