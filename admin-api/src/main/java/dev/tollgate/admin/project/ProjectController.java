package dev.tollgate.admin.project;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.idempotency.Answer;
import dev.tollgate.admin.idempotency.Idempotency;
import dev.tollgate.admin.openapi.PatchOf;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

@RestController
@RequestMapping("/v1/projects")
class ProjectController {

  private final Projects projects;
  private final Idempotency idempotency;

  ProjectController(Projects projects, Idempotency idempotency) {
    this.projects = projects;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.PROJECT_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = Project.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request, Caller caller, @RequestBody NewProject body) {
    return idempotency.run(
        request,
        caller,
        body,
        projects.create(caller, body).map(made -> Answer.created(made, made.version())));
  }

  @Allowed(Permission.PROJECT_READ)
  @GetMapping
  Mono<Page<Project>> list(
      Caller caller,
      @RequestParam(name = "organization_id", required = false) @Nullable String organizationId,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return projects.list(caller, organizationId, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.PROJECT_READ)
  @GetMapping("/{id}")
  Mono<ResponseEntity<Project>> get(Caller caller, @PathVariable String id) {
    return projects.get(caller, id).map(found -> IfMatch.tagged(found, found.version()));
  }

  @Allowed(Permission.PROJECT_WRITE)
  @PatchMapping("/{id}")
  @PatchOf(ProjectBody.class)
  Mono<ResponseEntity<Project>> change(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode patch) {
    return projects
        .change(caller, id, ifMatch, patch)
        .map(changed -> IfMatch.tagged(changed, changed.version()));
  }

  @Allowed(Permission.PROJECT_WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return projects.delete(caller, id, ifMatch);
  }
}
