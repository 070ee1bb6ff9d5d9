package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.idempotency.Answer;
import dev.tollgate.admin.idempotency.Idempotency;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.OptionalBody;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** The values of credentials over HTTP: replaced, listed, restored, tried. */
@RestController
@RequestMapping("/v1/credentials/{id}")
class CredentialValueController {

  private final CredentialValues values;
  private final CredentialTests tests;
  private final Idempotency idempotency;
  private final OptionalBody noBody;

  CredentialValueController(
      CredentialValues values,
      CredentialTests tests,
      Idempotency idempotency,
      OptionalBody noBody) {
    this.values = values;
    this.tests = tests;
    this.idempotency = idempotency;
    this.noBody = noBody;
  }

  @Allowed(Permission.CREDENTIAL_WRITE)
  @PutMapping("/value")
  Mono<ResponseEntity<Credential>> replace(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody NewValue body) {
    return values.replace(caller, id, ifMatch, body).map(CredentialValueController::tagged);
  }

  @Allowed(Permission.CREDENTIAL_READ)
  @GetMapping("/versions")
  Mono<Page<CredentialVersion>> versions(
      Caller caller,
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return values.list(caller, id, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.CREDENTIAL_WRITE)
  @PostMapping("/versions/{version}/restore")
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = Credential.class)))
  Mono<ResponseEntity<Object>> restore(
      ServerHttpRequest request,
      Caller caller,
      @PathVariable String id,
      @PathVariable int version) {
    Mono<Answer> work =
        values.restore(caller, id, version).map(made -> Answer.ok(made, made.version()));
    return noBody.refuse(request).then(idempotency.run(request, caller, "", work));
  }

  /** Calls the provider with the current value and says how it took it. */
  @Allowed(Permission.CREDENTIAL_WRITE)
  @PostMapping("/test")
  @ApiResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = CredentialTest.class)))
  Mono<ResponseEntity<Object>> test(
      ServerHttpRequest request, Caller caller, @PathVariable String id) {
    Mono<Answer> work = tests.test(caller, id).map(Answer::ok);
    return noBody.refuse(request).then(idempotency.runAside(request, caller, "", work));
  }

  private static ResponseEntity<Credential> tagged(Credential credential) {
    return IfMatch.tagged(credential, credential.version());
  }
}
