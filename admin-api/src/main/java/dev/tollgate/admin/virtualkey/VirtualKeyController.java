package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.idempotency.Answer;
import dev.tollgate.admin.idempotency.Idempotency;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.OptionalBody;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.virtualkey.VirtualKeys.Issued;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
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

/** Virtual keys over HTTP. */
@RestController
@RequestMapping("/v1/keys")
class VirtualKeyController {
  private final VirtualKeys keys;
  private final KeyViews views;
  private final Idempotency idempotency;
  private final OptionalBody optionalBody;

  VirtualKeyController(
      VirtualKeys keys, KeyViews views, Idempotency idempotency, OptionalBody optionalBody) {
    this.keys = keys;
    this.views = views;
    this.idempotency = idempotency;
    this.optionalBody = optionalBody;
  }

  @Allowed(Permission.KEY_WRITE)
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
        Mono.defer(() -> keys.create(caller, body))
            .map(issued -> shownOnce(HttpStatus.CREATED, issued)));
  }

  @Allowed(Permission.KEY_READ)
  @GetMapping
  Mono<Page<ObjectNode>> list(
      Caller caller,
      @RequestParam MultiValueMap<String, String> query,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return keys.list(caller, KeyFilter.of(caller, query), PageRequest.of(limit, cursor))
        .flatMap(views::withAllowances);
  }

  @Allowed(Permission.KEY_READ)
  @GetMapping("/{id}")
  Mono<ResponseEntity<ObjectNode>> get(
      Caller caller,
      @PathVariable String id,
      @RequestParam(name = "effective", required = false) @Nullable String effective,
      @RequestParam(name = "project", required = false) @Nullable String project) {
    boolean inSum = effective != null && flag("effective", effective);
    return keys.get(caller, id)
        .flatMap(key ->
            (inSum ? keys.effective(key, project) : Mono.just(KeyView.of(key)))
                .flatMap(views::withAllowance)
                .map(view -> IfMatch.tagged(view, key.version())));
  }

  @Allowed(Permission.KEY_WRITE)
  @PatchMapping("/{id}")
  Mono<ResponseEntity<ObjectNode>> patch(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode body) {
    return keys.patch(caller, id, ifMatch, body).map(VirtualKeyController::patched);
  }

  @Allowed(Permission.KEY_WRITE)
  @PostMapping("/{id}/disable")
  Mono<ResponseEntity<Object>> disable(
      ServerHttpRequest request, Caller caller, @PathVariable String id) {
    return once(
        request, caller, body -> keys.disable(caller, id, body).map(VirtualKeyController::answer));
  }

  @Allowed(Permission.KEY_WRITE)
  @PostMapping("/{id}/enable")
  Mono<ResponseEntity<Object>> enable(
      ServerHttpRequest request, Caller caller, @PathVariable String id) {
    return once(
        request, caller, body -> keys.enable(caller, id, body).map(VirtualKeyController::answer));
  }

  @Allowed(Permission.KEY_APPROVE)
  @PostMapping("/{id}/approve")
  Mono<ResponseEntity<Object>> approve(
      ServerHttpRequest request,
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return once(
        request,
        caller,
        body -> keys.approve(caller, id, ifMatch, body).map(VirtualKeyController::answer));
  }

  @Allowed(Permission.KEY_WRITE)
  @PostMapping("/{id}/rotate")
  Mono<ResponseEntity<Object>> rotate(
      ServerHttpRequest request, Caller caller, @PathVariable String id) {
    return once(
        request,
        caller,
        body -> keys.rotate(caller, id, body).map(issued -> shownOnce(HttpStatus.OK, issued)));
  }

  @Allowed(Permission.KEY_WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      ServerHttpRequest request,
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestParam(name = "reason", required = false) @Nullable String reason,
      @RequestParam(name = "revoke_immediately", required = false) @Nullable String immediately) {
    return optionalBody
        .of(request)
        .map(body -> withQuery(body, reason, immediately))
        .flatMap(body -> keys.revoke(caller, id, ifMatch, body));
  }

  // A client library that sends no body with DELETE puts the same members into the query.
  private static ObjectNode withQuery(
      ObjectNode body, @Nullable String reason, @Nullable String immediately) {
    if (reason != null) {
      body.put("reason", reason);
    }
    if (immediately != null) {
      body.put("revoke_immediately", flag("revoke_immediately", immediately));
    }
    return body;
  }

  private static boolean flag(String name, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw ProblemException.badParameter(
              "invalid_parameter", name + " must be true or false.");
    };
  }

  private Mono<ResponseEntity<Object>> once(
      ServerHttpRequest request, Caller caller, Function<ObjectNode, Mono<Answer>> work) {
    return optionalBody
        .of(request)
        .flatMap(
            body -> idempotency.run(request, caller, body, Mono.defer(() -> work.apply(body))));
  }

  private static Answer answer(StoredKey key) {
    return Answer.ok(KeyView.of(key), key.version());
  }

  private static Answer shownOnce(HttpStatus status, Issued issued) {
    ObjectNode withoutSecret = KeyView.of(issued.key());
    ObjectNode body = withoutSecret.deepCopy().put("key", issued.secret().show());
    issued.signing().putInto(body);
    return new Answer(status, body, withoutSecret, issued.key().version());
  }

  private static ResponseEntity<ObjectNode> patched(VirtualKeys.Patched patched) {
    ObjectNode body = KeyView.of(patched.key());
    patched.signing().putInto(body);
    return ResponseEntity.ok().eTag(IfMatch.tag(patched.key().version())).body(body);
  }
}
