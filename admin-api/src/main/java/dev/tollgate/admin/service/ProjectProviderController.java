package dev.tollgate.admin.service;

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
@RequestMapping("/v1/projects/{projectId}/providers")
class ProjectProviderController {

  private final ProjectProviders providers;
  private final Idempotency idempotency;

  ProjectProviderController(ProjectProviders providers, Idempotency idempotency) {
    this.providers = providers;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.SERVICE_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = ProjectProvider.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request,
      Caller caller,
      @PathVariable String projectId,
      @RequestBody NewProvider body) {
    return idempotency.run(
        request,
        caller,
        body,
        Mono.defer(() -> providers.create(caller, projectId, body))
            .map(made -> Answer.created(made, made.version())));
  }

  @Allowed(Permission.SERVICE_READ)
  @GetMapping
  Mono<Page<ProjectProvider>> list(
      Caller caller,
      @PathVariable String projectId,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return providers.list(caller, projectId, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.SERVICE_READ)
  @GetMapping("/{name}")
  Mono<ResponseEntity<ProjectProvider>> get(
      Caller caller, @PathVariable String projectId, @PathVariable String name) {
    return providers.get(caller, projectId, name).map(ProjectProviderController::tagged);
  }

  @Allowed(Permission.SERVICE_WRITE)
  @PatchMapping("/{name}")
  @PatchOf(ProviderChange.class)
  Mono<ResponseEntity<ProjectProvider>> change(
      Caller caller,
      @PathVariable String projectId,
      @PathVariable String name,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode patch) {
    return providers
        .change(caller, projectId, name, ifMatch, patch)
        .map(ProjectProviderController::tagged);
  }

  @Allowed(Permission.SERVICE_WRITE)
  @PostMapping("/{name}/rotate")
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = ProjectProvider.class)))
  Mono<ResponseEntity<Object>> rotate(
      ServerHttpRequest request,
      Caller caller,
      @PathVariable String projectId,
      @PathVariable String name,
      @RequestBody ProviderRotation body) {
    return idempotency.run(
        request,
        caller,
        body,
        providers
            .rotate(caller, projectId, name, body)
            .map(rotated -> Answer.ok(rotated, rotated.version())));
  }

  @Allowed(Permission.SERVICE_WRITE)
  @DeleteMapping("/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      Caller caller,
      @PathVariable String projectId,
      @PathVariable String name,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return providers.delete(caller, projectId, name, ifMatch);
  }

  private static ResponseEntity<ProjectProvider> tagged(ProjectProvider provider) {
    return IfMatch.tagged(provider, provider.version());
  }
}
