package dev.tollgate.gateway.snapshot.internal;

import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.gateway.policy.WebOrigins;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.KeyStanding;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.SnapshotProperties;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.snapshot.TokenKeys;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Snapshots out of memory, loaded by need and evicted as the {@link ChangeFeed} tells. */
final class DatabaseSnapshots implements Snapshots, ChangeFeed.Listener, SmartLifecycle {

  private static final String TOKEN_KEYS = "token-keys";
  private static final String ORIGINS = "origins";
  private static final String PRICES = "prices";
  private static final String KEY = "key:";
  private static final String PROJECT = "project:";
  private static final String ORGANIZATION = "organization:";

  private final SnapshotCache<KeyDigest, KeySnapshot> keys;
  private final SnapshotCache<String, KeyStanding> standings;
  private final SnapshotCache<String, ProjectSnapshot> projects;
  private final SnapshotCache<String, TokenKeys> tokenKeys;
  private final SnapshotCache<String, WebOrigins> origins;
  private final ChangeFeed feed;
  private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
  private @Nullable Disposable following;

  DatabaseSnapshots(
      DatabaseClient database, ConnectionFactory unpooled, SnapshotProperties properties) {
    SnapshotRepository repository = new SnapshotRepository(database);
    this.keys =
        new SnapshotCache<>(
            properties.maximumKeys(),
            properties.unknownFor(),
            properties.loadTimeout(),
            repository::key,
            KeySnapshot::keyId);
    this.standings =
        new SnapshotCache<>(
            properties.maximumKeys(),
            properties.unknownFor(),
            properties.loadTimeout(),
            repository::keyStanding,
            KeyStanding::keyId);
    this.projects =
        new SnapshotCache<>(
            properties.maximumProjects(),
            properties.unknownFor(),
            properties.loadTimeout(),
            repository::project,
            ProjectSnapshot::projectId);
    this.tokenKeys =
        new SnapshotCache<>(
            1,
            properties.unknownFor(),
            properties.loadTimeout(),
            all -> repository.tokenKeys(),
            all -> TOKEN_KEYS);
    this.origins =
        new SnapshotCache<>(
            1,
            properties.unknownFor(),
            properties.loadTimeout(),
            all -> repository.allowedOrigins(),
            all -> ORIGINS);
    this.feed = new ChangeFeed(unpooled, properties, this, System::nanoTime);
  }

  @Override
  public Mono<Lookup<KeySnapshot>> key(KeyDigest digest) {
    return ifCurrent(() -> keys.get(digest));
  }

  @Override
  public Mono<Lookup<KeyStanding>> keyStanding(String keyId) {
    return ifCurrent(() -> standings.get(keyId));
  }

  @Override
  public Mono<Lookup<ProjectSnapshot>> project(String projectId) {
    return ifCurrent(() -> projects.get(projectId));
  }

  @Override
  public Mono<Lookup<TokenKeys>> tokenKeys() {
    return ifCurrent(() -> tokenKeys.get(TOKEN_KEYS));
  }

  @Override
  public Mono<Lookup<WebOrigins>> allowedOrigins() {
    return ifCurrent(() -> origins.get(ORIGINS));
  }

  private <T> Mono<Lookup<T>> ifCurrent(Supplier<Mono<Lookup<T>>> lookup) {
    return areCurrent() ? lookup.get() : Mono.just(new Lookup.Unavailable<>());
  }

  @Override
  public boolean areCurrent() {
    return feed.isCurrent();
  }

  @Override
  public void onChange(ChangeListener listener) {
    listeners.add(listener);
  }

  @Override
  public void changed(String target) {
    if (target.startsWith(KEY)) {
      keyChanged(target.substring(KEY.length()));
    } else if (target.startsWith(PROJECT)) {
      projectChanged(target.substring(PROJECT.length()));
    } else if (target.startsWith(ORGANIZATION)) {
      evictOrganization(target.substring(ORGANIZATION.length()));
    } else if (target.equals(TOKEN_KEYS)) {
      tokenKeys.evictAll();
    } else if (target.equals(ORIGINS)) {
      origins.evictAll();
    } else if (target.equals(PRICES)) {
      listeners.forEach(ChangeListener::pricesChanged);
    } else {
      // A newer admin API may name what this gateway does not know: forget all rather than be
      // wrong.
      anythingMayHaveChanged();
    }
  }

  @Override
  public void calledBack(String budget) {
    listeners.forEach(listener -> listener.budgetCalledBack(budget));
  }

  private void keyChanged(String keyId) {
    keys.evict(keyId);
    standings.evict(keyId);
    listeners.forEach(listener -> listener.keyChanged(keyId));
  }

  private void projectChanged(String projectId) {
    projects.evict(projectId);
    listeners.forEach(listener -> listener.projectChanged(projectId));
  }

  /** Its end is told of each of its keys and projects as well. */
  private void evictOrganization(String organizationId) {
    projects.evictIf(project -> project.organizationId().equals(organizationId));
    keys.evictIf(key -> key.organizationId().equals(organizationId));
    // Those of an organization that is gone count no more.
    origins.evictAll();
  }

  @Override
  public void anythingMayHaveChanged() {
    keys.evictAll();
    standings.evictAll();
    projects.evictAll();
    tokenKeys.evictAll();
    origins.evictAll();
    listeners.forEach(ChangeListener::anythingMayHaveChanged);
  }

  @Override
  public void start() {
    following = feed.start();
  }

  @Override
  public void stop() {
    Disposable current = following;
    if (current != null) {
      current.dispose();
      following = null;
    }
  }

  @Override
  public boolean isRunning() {
    return following != null;
  }

  /** Followed before the first request comes in, and until the last one has gone. */
  @Override
  public int getPhase() {
    return Integer.MIN_VALUE + 1000;
  }
}
