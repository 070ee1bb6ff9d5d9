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
import dev.tollgate.admin.project.ListFilter;
import dev.tollgate.admin.project.Scopes;
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
@RequestMapping("/v1/services")
class ServiceController {

  private final Services services;
  private final Scopes scopes;
  private final Idempotency idempotency;

  ServiceController(Services services, Scopes scopes, Idempotency idempotency) {
    this.services = services;
    this.scopes = scopes;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.SERVICE_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = Service.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request, Caller caller, @RequestBody NewService body) {
    return idempotency.run(
        request,
        caller,
        body,
        scopes
            .resolve(caller, body.organizationId(), body.projectId())
            .flatMap(owner -> services.create(caller, owner, body.body()))
            .map(made -> Answer.created(made, made.version())));
  }

  @Allowed(Permission.SERVICE_READ)
  @GetMapping
  Mono<Page<Service>> list(
      Caller caller,
      @RequestParam(name = "organization_id", required = false) @Nullable String organizationId,
      @RequestParam(name = "project_id", required = false) @Nullable String projectId,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    ListFilter filter = ListFilter.of(caller, organizationId, projectId);
    return services.list(filter, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.SERVICE_READ)
  @GetMapping("/{id}")
  Mono<ResponseEntity<Service>> get(Caller caller, @PathVariable String id) {
    return services.get(caller, id).map(found -> IfMatch.tagged(found, found.version()));
  }

  @Allowed(Permission.SERVICE_WRITE)
  @PatchMapping("/{id}")
  @PatchOf(ServiceBody.class)
  Mono<ResponseEntity<Service>> change(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode patch) {
    return services
        .change(caller, id, ifMatch, patch)
        .map(changed -> IfMatch.tagged(changed, changed.version()));
  }

  @Allowed(Permission.SERVICE_WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return services.delete(caller, id, ifMatch);
  }
}
