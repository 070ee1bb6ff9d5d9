package dev.tollgate.gateway.snapshot;

import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.gateway.policy.WebOrigins;
import reactor.core.publisher.Mono;

/**
 * Snapshots by what a request presents. Every {@code Mono} emits exactly one value and no error;
 * for what is in memory it emits at once, on the caller's thread.
 */
public interface Snapshots {

  /** The key with this digest. */
  Mono<Lookup<KeySnapshot>> key(KeyDigest digest);

  /**
   * How things stand with the key of this id, whatever its values are; unlike {@link #key}, also
   * when the value that a caller presented has been rotated out since.
   */
  Mono<Lookup<KeyStanding>> keyStanding(String keyId);

  /** The project with this id. */
  Mono<Lookup<ProjectSnapshot>> project(String projectId);

  /** All keys that project tokens may be signed with. */
  Mono<Lookup<TokenKeys>> tokenKeys();

  /** All web origins that any policy in the installation allows. */
  Mono<Lookup<WebOrigins>> allowedOrigins();

  /** Has {@code listener} told of every change from now on, possibly more than once. */
  void onChange(ChangeListener listener);

  /** Told what may have changed, on whatever thread; what is in memory has been dropped before. */
  interface ChangeListener {

    default void keyChanged(String keyId) {}

    default void projectChanged(String projectId) {}

    /** What models cost. */
    default void pricesChanged() {}

    /** Another gateway needs what this one does not use of a budget, named as the database does. */
    default void budgetCalledBack(String budget) {}

    default void anythingMayHaveChanged() {}
  }

  /** Whether changes are being followed, so that what is in memory may be gone by. */
  boolean areCurrent();
}
