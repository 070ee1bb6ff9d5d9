package dev.tollgate.gateway.identity.internal;

import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.CallerTerms;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.Snapshots;
import java.time.InstantSource;
import java.util.Iterator;
import reactor.core.publisher.Mono;

/** Finds a virtual key by its peppered digest. A wrong checksum is refused without a look-up. */
final class VirtualKeyAuthenticator {

  private static final Authentication INVALID = new Authentication.Rejected(Rejections.INVALID);
  private static final Authentication UNAVAILABLE =
      new Authentication.Rejected(Rejections.UNAVAILABLE);

  private final KeyDigester digester;
  private final Snapshots snapshots;
  private final InstantSource clock;

  VirtualKeyAuthenticator(KeyDigester digester, Snapshots snapshots, InstantSource clock) {
    this.digester = digester;
    this.snapshots = snapshots;
    this.clock = clock;
  }

  Mono<Authentication> authenticate(String presented) {
    if (!OpaqueKey.isWellFormed(KeyKind.VIRTUAL_KEY, presented)) {
      return Mono.just(INVALID);
    }
    return find(digester.candidates(presented).iterator());
  }

  /** The current pepper's digest first; an older one's only if that is unknown. */
  private Mono<Authentication> find(Iterator<KeyDigest> candidates) {
    return snapshots.key(candidates.next()).flatMap(lookup -> decide(lookup, candidates));
  }

  private Mono<Authentication> decide(Lookup<KeySnapshot> lookup, Iterator<KeyDigest> others) {
    return switch (lookup) {
      case Lookup.Found<KeySnapshot>(KeySnapshot key) -> Mono.just(admit(key));
      case Lookup.Unknown<KeySnapshot>() -> others.hasNext() ? find(others) : Mono.just(INVALID);
      case Lookup.Unavailable<KeySnapshot>() -> Mono.just(UNAVAILABLE);
    };
  }

  private Authentication admit(KeySnapshot key) {
    KeySnapshot.State state = key.stateAt(clock.instant());
    Caller caller = caller(key);
    return state == KeySnapshot.State.ACTIVE
        ? new Authentication.Authenticated(
            caller, new CallerTerms.OfKey(key.keyId(), key.signingSecrets()))
        : new Authentication.Rejected(Rejections.of(state), caller);
  }

  private static Caller caller(KeySnapshot key) {
    return new Caller(
        key.keyId(),
        null,
        key.organizationId(),
        key.teamId(),
        key.projectIds(),
        key.environment(),
        key.policies(),
        null,
        key.metadata());
  }
}
