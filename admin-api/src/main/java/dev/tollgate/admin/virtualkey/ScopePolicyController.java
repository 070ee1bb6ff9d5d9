package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.virtualkey.ScopePolicies.Edit;
import dev.tollgate.admin.virtualkey.ScopePolicy.Level;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * Policies of organizations, teams and projects: ceilings for their keys; a project's is also the
 * rule of its tokens.
 */
@RestController
class ScopePolicyController {
  private static final String OF_PROJECT = "/v1/projects/{id}/policy";
  private static final String OF_TEAM = "/v1/teams/{id}/policy";
  private static final String OF_ORGANIZATION = "/v1/organizations/{id}/policy";

  private final ScopePolicies policies;

  ScopePolicyController(ScopePolicies policies) {
    this.policies = policies;
  }

  @Allowed(Permission.PROJECT_READ)
  @GetMapping(OF_PROJECT)
  Mono<ResponseEntity<ObjectNode>> ofProject(Caller caller, @PathVariable String id) {
    return policies.get(caller, Level.PROJECT, id).map(ScopePolicyController::answer);
  }

  @Allowed(Permission.PROJECT_WRITE)
  @PutMapping(OF_PROJECT)
  Mono<ResponseEntity<ObjectNode>> replaceProjects(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode body) {
    return policies
        .change(caller, Level.PROJECT, id, new Edit(ifMatch, body, false))
        .map(ScopePolicyController::answer);
  }

  @Allowed(Permission.PROJECT_WRITE)
  @PatchMapping(OF_PROJECT)
  Mono<ResponseEntity<ObjectNode>> patchProjects(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode body) {
    return policies
        .change(caller, Level.PROJECT, id, new Edit(ifMatch, body, true))
        .map(ScopePolicyController::answer);
  }

  @Allowed(Permission.TEAM_READ)
  @GetMapping(OF_TEAM)
  Mono<ResponseEntity<ObjectNode>> ofTeam(Caller caller, @PathVariable String id) {
    return policies.get(caller, Level.TEAM, id).map(ScopePolicyController::answer);
  }

  @Allowed(Permission.TEAM_WRITE)
  @PutMapping(OF_TEAM)
  Mono<ResponseEntity<ObjectNode>> replaceTeams(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode body) {
    return policies
        .change(caller, Level.TEAM, id, new Edit(ifMatch, body, false))
        .map(ScopePolicyController::answer);
  }

  @Allowed(Permission.TEAM_WRITE)
  @PatchMapping(OF_TEAM)
  Mono<ResponseEntity<ObjectNode>> patchTeams(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode body) {
    return policies
        .change(caller, Level.TEAM, id, new Edit(ifMatch, body, true))
        .map(ScopePolicyController::answer);
  }

  @Allowed(Permission.ORGANIZATION_READ)
  @GetMapping(OF_ORGANIZATION)
  Mono<ResponseEntity<ObjectNode>> ofOrganization(Caller caller, @PathVariable String id) {
    return policies.get(caller, Level.ORGANIZATION, id).map(ScopePolicyController::answer);
  }

  @Allowed(Permission.ORGANIZATION_WRITE)
  @PutMapping(OF_ORGANIZATION)
  Mono<ResponseEntity<ObjectNode>> replaceOrganizations(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode body) {
    return policies
        .change(caller, Level.ORGANIZATION, id, new Edit(ifMatch, body, false))
        .map(ScopePolicyController::answer);
  }

  @Allowed(Permission.ORGANIZATION_WRITE)
  @PatchMapping(OF_ORGANIZATION)
  Mono<ResponseEntity<ObjectNode>> patchOrganizations(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode body) {
    return policies
        .change(caller, Level.ORGANIZATION, id, new Edit(ifMatch, body, true))
        .map(ScopePolicyController::answer);
  }

  private static ResponseEntity<ObjectNode> answer(ScopePolicy policy) {
    return IfMatch.tagged(policy.shown(), policy.version());
  }
}
