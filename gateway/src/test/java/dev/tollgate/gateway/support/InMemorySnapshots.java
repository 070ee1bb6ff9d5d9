package dev.tollgate.gateway.support;

import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.gateway.policy.WebOrigins;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.KeyStanding;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.snapshot.TokenKeys;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Snapshots that a test puts there; a change is in force for the next request. */
public final class InMemorySnapshots implements Snapshots {

  private final Map<KeyDigest, KeySnapshot> keys = new ConcurrentHashMap<>();
  private final Map<String, ProjectSnapshot> projects = new ConcurrentHashMap<>();
  private final Set<String> spared = ConcurrentHashMap.newKeySet();
  private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
  private volatile TokenKeys tokenKeys = new TokenKeys(Map.of());
  private volatile WebOrigins origins = WebOrigins.parse(List.of());
  private volatile boolean available = true;

  public void put(KeyDigest digest, KeySnapshot key) {
    keys.put(digest, key);
    listeners.forEach(listener -> listener.keyChanged(key.keyId()));
  }

  /** Puts it in place of the key with the same id. */
  public void replace(KeySnapshot key) {
    keys.replaceAll((digest, known) -> known.keyId().equals(key.keyId()) ? key : known);
    listeners.forEach(listener -> listener.keyChanged(key.keyId()));
  }

  public void put(ProjectSnapshot project) {
    projects.put(project.projectId(), project);
    listeners.forEach(listener -> listener.projectChanged(project.projectId()));
  }

  public void removeProject(String projectId) {
    projects.remove(projectId);
    listeners.forEach(listener -> listener.projectChanged(projectId));
  }

  public void put(TokenKeys keysOfTokens) {
    tokenKeys = keysOfTokens;
  }

  /** What all policies of the installation allow together. */
  public void putOrigins(String... allowed) {
    origins = WebOrigins.parse(List.of(allowed));
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
  public Mono<Lookup<KeyStanding>> keyStanding(String keyId) {
    return found(
        keys.values().stream()
            .filter(key -> key.keyId().equals(keyId))
            .map(this::standing)
            .findFirst()
            .orElse(null));
  }

  /** Lets the streams of this key run to their end when it is revoked. */
  public void spareStreamsOf(String keyId) {
    spared.add(keyId);
  }

  private KeyStanding standing(KeySnapshot key) {
    return new KeyStanding(
        key.keyId(),
        key.projectIds(),
        key.expiresAt(),
        key.disabled(),
        key.autoEnableAt(),
        key.revokedAt(),
        key.pendingApproval(),
        !spared.contains(key.keyId()));
  }

  @Override
  public void onChange(ChangeListener listener) {
    listeners.add(listener);
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
  public Mono<Lookup<WebOrigins>> allowedOrigins() {
    return found(origins);
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
