package dev.tollgate.admin.usage;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.AllowedToKey;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.KeyRight;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.usage.DataDeletion.Deleted;
import dev.tollgate.admin.virtualkey.VirtualKeys;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Kept bodies of a key: for administrators, and for the key itself where its policy lets it. */
@RestController
class KeptBodyController {

  private final KeptBodies kept;
  private final DataDeletion deletion;
  private final VirtualKeys keys;

  KeptBodyController(KeptBodies kept, DataDeletion deletion, VirtualKeys keys) {
    this.kept = kept;
    this.deletion = deletion;
    this.keys = keys;
  }

  @Allowed(Permission.AUDIT_READ)
  @GetMapping("/v1/keys/{id}/logs")
  Mono<Page<KeptBody>> list(
      Caller caller,
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return keys.mustSee(caller, id).then(Mono.defer(() -> page(id, limit, cursor)));
  }

  @Allowed(Permission.AUDIT_READ)
  @GetMapping("/v1/keys/{id}/logs/{log_id}")
  Mono<OpenedBody> get(
      Caller caller, @PathVariable String id, @PathVariable("log_id") String logId) {
    return keys.mustSee(caller, id).then(Mono.defer(() -> open(caller, id, logId)));
  }

  /** For the virtual key that calls. */
  @AllowedToKey(KeyRight.EXPORT_DATA)
  @GetMapping("/v1/keys/self/logs")
  Mono<Page<KeptBody>> listOwn(
      Caller key,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return page(key.id(), limit, cursor);
  }

  /** For the virtual key that calls. */
  @AllowedToKey(KeyRight.EXPORT_DATA)
  @GetMapping("/v1/keys/self/logs/{log_id}")
  Mono<OpenedBody> getOwn(Caller key, @PathVariable("log_id") String logId) {
    return open(key, key.id(), logId);
  }

  /** For the virtual key that calls; {@code more} is true where it has to be called again. */
  @AllowedToKey(KeyRight.DELETE_DATA)
  @DeleteMapping("/v1/keys/self/logs")
  Mono<Deleted> deleteOwn(Caller key) {
    return deletion.ofBodies(key);
  }

  private Mono<Page<KeptBody>> page(String keyId, @Nullable String limit, @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return kept.list(keyId, page).collectList().map(rows -> page.page(rows, KeptBody::id));
  }

  private Mono<OpenedBody> open(Caller caller, String keyId, String id) {
    return Ids.isWellFormed(id)
        ? kept.open(caller, keyId, id)
        : Mono.error(ProblemException.notFound());
  }
}
