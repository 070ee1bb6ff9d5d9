package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.identity.CallerTerms;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.KeyStanding;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Asks again what was asked when a request came in. */
final class Standings {

  private static final Standing UNKNOWN = new Standing.Unknown();
  private static final Standing REVOKED = new Standing.Over(Rejections.REVOKED);
  private static final Standing EXPIRED = new Standing.Over(Rejections.EXPIRED);

  private final Snapshots snapshots;
  private final InstantSource clock;

  Standings(Snapshots snapshots, InstantSource clock) {
    this.snapshots = snapshots;
    this.clock = clock;
  }

  /** How a caller stands that is served in the name of {@code projectId}; never empty, no error. */
  Mono<Standing> of(CallerTerms terms, String projectId) {
    return switch (terms) {
      case CallerTerms.OfKey key ->
          snapshots.keyStanding(key.keyId()).map(lookup -> ofKey(lookup, projectId));
      case CallerTerms.OfToken token ->
          snapshots.project(projectId).map(lookup -> ofToken(token, lookup));
    };
  }

  private Standing ofKey(Lookup<KeyStanding> lookup, String projectId) {
    return switch (lookup) {
      case Lookup.Unavailable<KeyStanding>() -> UNKNOWN;
      case Lookup.Unknown<KeyStanding>() -> REVOKED;
      case Lookup.Found<KeyStanding>(KeyStanding key) -> ofKey(key, projectId);
    };
  }

  private Standing ofKey(KeyStanding key, String projectId) {
    Instant now = clock.instant();
    if (!key.projectIds().contains(projectId)) {
      return REVOKED;
    }
    if (key.spares(now)) {
      return goodUntil(null);
    }
    KeySnapshot.State state = key.stateAt(now);
    return state == KeySnapshot.State.ACTIVE
        ? goodUntil(key.expiresAt())
        : new Standing.Over(Rejections.of(state));
  }

  private static Standing goodUntil(@Nullable Instant end) {
    return new Standing.Good(end == null ? Instant.MAX : end);
  }

  private Standing ofToken(CallerTerms.OfToken token, Lookup<ProjectSnapshot> lookup) {
    return switch (lookup) {
      case Lookup.Unavailable<ProjectSnapshot>() -> UNKNOWN;
      case Lookup.Unknown<ProjectSnapshot>() -> REVOKED;
      case Lookup.Found<ProjectSnapshot>(ProjectSnapshot project) -> ofToken(token, project);
    };
  }

  private Standing ofToken(CallerTerms.OfToken token, ProjectSnapshot project) {
    if (token.isOver(clock.instant())) {
      return EXPIRED;
    }
    return token.isRevokedIn(project) ? REVOKED : new Standing.Good(token.until());
  }
}
