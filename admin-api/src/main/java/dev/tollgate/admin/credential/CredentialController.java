package dev.tollgate.admin.credential;

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
@RequestMapping("/v1/credentials")
class CredentialController {

  private final Credentials credentials;
  private final CredentialCreation creation;
  private final CredentialChanges changes;
  private final Idempotency idempotency;

  CredentialController(
      Credentials credentials,
      CredentialCreation creation,
      CredentialChanges changes,
      Idempotency idempotency) {
    this.credentials = credentials;
    this.creation = creation;
    this.changes = changes;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.CREDENTIAL_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = Credential.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request, Caller caller, @RequestBody NewCredential body) {
    return idempotency.run(
        request,
        caller,
        body,
        Mono.defer(() -> creation.create(caller, body))
            .map(made -> Answer.created(made, made.version())));
  }

  @Allowed(Permission.CREDENTIAL_READ)
  @GetMapping
  Mono<Page<Credential>> list(
      Caller caller,
      @RequestParam(name = "organization_id", required = false) @Nullable String organizationId,
      @RequestParam(name = "project_id", required = false) @Nullable String projectId,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    ListFilter filter = ListFilter.of(caller, organizationId, projectId);
    return credentials.list(filter, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.CREDENTIAL_READ)
  @GetMapping("/{id}")
  Mono<ResponseEntity<Credential>> get(Caller caller, @PathVariable String id) {
    return credentials.get(caller, id).map(CredentialController::tagged);
  }

  @Allowed(Permission.CREDENTIAL_WRITE)
  @PatchMapping("/{id}")
  @PatchOf(CredentialChange.class)
  Mono<ResponseEntity<Credential>> change(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode patch) {
    return changes.change(caller, id, ifMatch, patch).map(CredentialController::tagged);
  }

  @Allowed(Permission.CREDENTIAL_WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      Caller caller,
      @PathVariable String id,
      @RequestParam(defaultValue = "false") boolean force,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return credentials.delete(caller, id, ifMatch, force);
  }

  private static ResponseEntity<Credential> tagged(Credential credential) {
    return IfMatch.tagged(credential, credential.version());
  }
}
