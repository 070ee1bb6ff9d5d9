package dev.tollgate.admin.adminkey;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.idempotency.Idempotency;
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
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/v1/admin-keys")
class AdminKeyController {

  private final AdminKeys adminKeys;
  private final Idempotency idempotency;

  AdminKeyController(AdminKeys adminKeys, Idempotency idempotency) {
    this.adminKeys = adminKeys;
    this.idempotency = idempotency;
  }

  @Allowed(Permission.MEMBER_WRITE)
  @PostMapping
  @ApiResponse(
      responseCode = "201",
      content = @Content(schema = @Schema(implementation = CreatedAdminKey.class)))
  Mono<ResponseEntity<Object>> create(
      ServerHttpRequest request, Caller caller, @RequestBody NewAdminKey body) {
    return idempotency.run(request, caller, body, Mono.defer(() -> adminKeys.create(caller, body)));
  }

  @Allowed(Permission.MEMBER_READ)
  @GetMapping
  Mono<Page<AdminKey>> list(
      Caller caller,
      @RequestParam(name = "organization_id", required = false) @Nullable String organizationId,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return adminKeys.list(caller, organizationId, PageRequest.of(limit, cursor));
  }

  @Allowed(Permission.MEMBER_READ)
  @GetMapping("/{id}")
  Mono<ResponseEntity<AdminKey>> get(Caller caller, @PathVariable String id) {
    return adminKeys.get(caller, id).map(found -> IfMatch.tagged(found, found.version()));
  }

  @Allowed(Permission.MEMBER_WRITE)
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  Mono<Void> revoke(
      Caller caller,
      @PathVariable String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    return adminKeys.revoke(caller, id, ifMatch);
  }
}
