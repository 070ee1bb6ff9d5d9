package dev.tollgate.admin.virtualkey.inheritance;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.idempotency.Answer;
import dev.tollgate.admin.idempotency.Idempotency;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.virtualkey.inheritance.Source.Kind;
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

/**
 * Environments: development, staging, production and what the organization adds, with defaults for
 * their keys.
 */
@RestController
@RequestMapping("/v1/environments")
class EnvironmentController {
  private final Sources sources;
  private final Idempotency idempotency;

  EnvironmentController(Sources sources, Idempotency idempotency) {
    this.sources = sources;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.PROJECT_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = ObjectNode.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request, Caller caller, @RequestBody ObjectNode body) {
    return idempotency.run(
        request,
        caller,
        body,
        Mono.defer(() -> sources.create(caller, Kind.ENVIRONMENT, body))
            .map(made -> Answer.created(made.view(), made.version())));
  }

  @Allowed(Permission.PROJECT_READ)
  @GetMapping
  Mono<Page<ObjectNode>> list(
      Caller caller,
      @RequestParam(name = "organization_id", required = false) @Nullable String organizationId,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return sources.list(caller, Kind.ENVIRONMENT, organizationId, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.PROJECT_READ)
  @GetMapping("/{id}")
  Mono<ResponseEntity<ObjectNode>> get(Caller caller, @PathVariable String id) {
    return sources.get(caller, Kind.ENVIRONMENT, id).map(EnvironmentController::shown);
  }

  @Allowed(Permission.PROJECT_WRITE)
  @PatchMapping("/{id}")
  Mono<ResponseEntity<ObjectNode>> change(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode patch) {
    return sources
        .change(caller, Kind.ENVIRONMENT, id, ifMatch, patch)
        .map(EnvironmentController::shown);
  }

  @Allowed(Permission.PROJECT_WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return sources.delete(caller, Kind.ENVIRONMENT, id, ifMatch);
  }

  private static ResponseEntity<ObjectNode> shown(Source source) {
    return IfMatch.tagged(source.view(), source.version());
  }
}
