package dev.tollgate.admin.member;

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
@RequestMapping("/v1/organizations/{id}/members")
class MemberController {

  private final Members members;
  private final Idempotency idempotency;

  MemberController(Members members, Idempotency idempotency) {
    this.members = members;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.MEMBER_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = Member.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request,
      Caller caller,
      @PathVariable String id,
      @RequestBody NewMember body) {
    return idempotency.run(
        request,
        caller,
        body,
        Mono.defer(() -> members.create(caller, id, body))
            .map(made -> Answer.created(made, made.version())));
  }

  @Allowed(Permission.MEMBER_READ)
  @GetMapping
  Mono<Page<Member>> list(
      Caller caller,
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return members.list(caller, id, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.MEMBER_READ)
  @GetMapping("/{user_id}")
  Mono<ResponseEntity<Member>> get(
      Caller caller, @PathVariable String id, @PathVariable("user_id") String userId) {
    return members.get(caller, id, userId).map(found -> IfMatch.tagged(found, found.version()));
  }

  @Allowed(Permission.MEMBER_WRITE)
  @PatchMapping("/{user_id}")
  @PatchOf(MemberBody.class)
  Mono<ResponseEntity<Member>> change(
      Caller caller,
      @PathVariable String id,
      @PathVariable("user_id") String userId,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody ObjectNode patch) {
    return members
        .change(caller, id, userId, ifMatch, patch)
        .map(changed -> IfMatch.tagged(changed, changed.version()));
  }

  @Allowed(Permission.MEMBER_WRITE)
  @DeleteMapping("/{user_id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> delete(
      Caller caller,
      @PathVariable String id,
      @PathVariable("user_id") String userId,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return members.delete(caller, id, userId, ifMatch);
  }
}
