package dev.tollgate.gateway.support;

import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.snapshot.TokenKeys;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Snapshots that a test puts there; a change is in force for the next request. */
public final class InMemorySnapshots implements Snapshots {

  private final Map<KeyDigest, KeySnapshot> keys = new ConcurrentHashMap<>();
  private final Map<String, ProjectSnapshot> projects = new ConcurrentHashMap<>();
  private volatile TokenKeys tokenKeys = new TokenKeys(Map.of());
  private volatile boolean available = true;

  public void put(KeyDigest digest, KeySnapshot key) {
    keys.put(digest, key);
  }

  public void put(ProjectSnapshot project) {
    projects.put(project.projectId(), project);
  }

  public void put(TokenKeys keysOfTokens) {
    tokenKeys = keysOfTokens;
  }

  /** Whether the database answers; while it does not, nothing is current. */
  public void setAvailable(boolean available) {
    this.available = available;
  }

  @Override
  public Mono<Lookup<KeySnapshot>> key(KeyDigest digest) {
    return found(keys.get(digest));
  }

  @Override
  public Mono<Lookup<ProjectSnapshot>> project(String projectId) {
    return found(projects.get(projectId));
  }

  @Override
  public Mono<Lookup<TokenKeys>> tokenKeys() {
    return found(tokenKeys);
  }

  @Override
  public boolean areCurrent() {
    return available;
  }

  private <T> Mono<Lookup<T>> found(@Nullable T value) {
    if (!available) {
      return Mono.just(new Lookup.Unavailable<>());
    }
    return Mono.just(value == null ? new Lookup.Unknown<>() : new Lookup.Found<>(value));
  }
}
