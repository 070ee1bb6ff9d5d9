package dev.tollgate.gateway.snapshot;

import dev.tollgate.crypto.token.KeyDigest;
import reactor.core.publisher.Mono;

/**
 * Snapshots by what a request presents. Every {@code Mono} emits exactly one value and no error;
 * for what is in memory it emits at once, on the caller's thread.
 */
public interface Snapshots {

  /** The key with this digest. */
  Mono<Lookup<KeySnapshot>> key(KeyDigest digest);

  /** The project with this id. */
  Mono<Lookup<ProjectSnapshot>> project(String projectId);

  /** All keys that project tokens may be signed with. */
  Mono<Lookup<TokenKeys>> tokenKeys();

  /** Whether changes are being followed, so that what is in memory may be gone by. */
  boolean areCurrent();
}
