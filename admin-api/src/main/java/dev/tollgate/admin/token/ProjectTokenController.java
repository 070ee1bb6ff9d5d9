package dev.tollgate.admin.token;

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
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Project tokens over HTTP. */
@RestController
@RequestMapping("/v1/projects/{id}/tokens")
class ProjectTokenController {
  private final ProjectTokens tokens;
  private final Idempotency idempotency;
  private final OptionalBody optionalBody;

  ProjectTokenController(ProjectTokens tokens, Idempotency idempotency, OptionalBody optionalBody) {
    this.tokens = tokens;
    this.idempotency = idempotency;
    this.optionalBody = optionalBody;
  }

  @Allowed(Permission.KEY_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = ProjectToken.class)))
  Mono<ResponseEntity<Object>> issue(
      ServerHttpRequest request, Caller caller, @PathVariable String id) {
    return optionalBody
        .of(request)
        .flatMap(body ->
            idempotency.run(
                request,
                caller,
                body,
                Mono.defer(() -> tokens.issue(caller, id, body))
                    .map(ProjectTokenController::shownOnce)));
  }

  private static Answer shownOnce(ProjectTokens.Issued issued) {
    return Answer.createdOnce(issued.shown(), issued.row(), issued.row().version());
  }

  @Allowed(Permission.KEY_READ)
  @GetMapping
  Mono<Page<ProjectToken>> list(
      Caller caller,
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return tokens.list(caller, id, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.KEY_READ)
  @GetMapping("/{jti}")
  Mono<ResponseEntity<ProjectToken>> get(
      Caller caller, @PathVariable String id, @PathVariable String jti) {
    return tokens.get(caller, id, jti).map(token -> IfMatch.tagged(token, token.version()));
  }

  @Allowed(Permission.KEY_WRITE)
  @DeleteMapping("/{jti}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> revoke(
      Caller caller,
      @PathVariable String id,
      @PathVariable String jti,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return tokens.revoke(caller, id, jti, ifMatch);
  }

  @Allowed(Permission.KEY_WRITE)
  @DeleteMapping
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> revokeAll(Caller caller, @PathVariable String id) {
    return tokens.revokeAll(caller, id);
  }
}
