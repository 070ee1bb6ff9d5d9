package dev.tollgate.admin.openapi;

import dev.tollgate.admin.Tenants;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Bodies that each POST takes from the owner of an organization; a route that is not here fails.
 */
final class Bodies {

  /** Called with a provider behind it by CredentialTestIT. */
  static final Set<String> CALLS_A_PROVIDER = Set.of("/v1/credentials/{id}/test");

  private static final Map<String, String> POSTS =
      Map.ofEntries(
          Map.entry("/v1/organizations", "{'name':'n'}"),
          Map.entry("/v1/prices", "{'provider':'openai','model':'n','components':{'input':1}}"),
          Map.entry("/v1/organizations/{id}/members", "{'email':'n@company.com','role':'viewer'}"),
          Map.entry("/v1/teams", "{'name':'n'}"),
          Map.entry("/v1/projects", "{'name':'n'}"),
          Map.entry("/v1/templates", "{'name':'n'}"),
          Map.entry("/v1/environments", "{'name':'n'}"),
          Map.entry("/v1/admin-keys", "{'name':'n','role':'viewer'}"),
          Map.entry(
              "/v1/credentials",
              "{'name':'n','provider':'openai','value':'sk-0123456789abcdef0123'}"),
          Map.entry("/v1/credentials/{id}/versions/{version}/restore", ""),
          Map.entry(
              "/v1/services", "{'name':'n','provider':'ollama','base_url':'https://h.example'}"),
          Map.entry(
              "/v1/projects/{projectId}/providers",
              "{'name':'n','provider':'openai','api_key':'sk-0123456789abcdef0123'}"),
          Map.entry(
              "/v1/projects/{projectId}/providers/{name}/rotate",
              "{'api_key':'sk-0123456789abcdef0123'}"),
          Map.entry(
              "/v1/keys",
              "{'name':'n','type':'organization','security':{'authentication':{'require_signature':true}}}"),
          Map.entry("/v1/keys/{id}/approve", "{}"),
          Map.entry("/v1/keys/{id}/disable", "{'reason':'n'}"),
          Map.entry("/v1/keys/{id}/enable", "{}"),
          Map.entry("/v1/keys/{id}/rotate", "{'invalidate_old':true}"),
          Map.entry("/v1/projects/{id}/tokens", "{'ttl':'1h','metadata':{'k':'n'}}"));

  private Bodies() {}

  static String of(String path) {
    return Tenants.json(Objects.requireNonNull(POSTS.get(path), () -> "no body for " + path));
  }
}
