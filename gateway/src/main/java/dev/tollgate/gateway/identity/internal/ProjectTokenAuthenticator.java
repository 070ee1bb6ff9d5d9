package dev.tollgate.gateway.identity.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import dev.tollgate.crypto.token.ProjectTokenVerifier;
import dev.tollgate.crypto.token.TokenRefusal;
import dev.tollgate.crypto.token.TokenVerification;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.CallerTerms;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.snapshot.TokenKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Verifies project tokens. A signature costs 40 to 200 µs, so a verified token is remembered by the
 * SHA-256 of the whole token for a short time, and only while the keys stay the same; its expiry,
 * its revocation and its project are looked at on every use all the same.
 */
final class ProjectTokenAuthenticator {

  private static final Duration VERIFIED_FOR = Duration.ofSeconds(30);
  private static final int VERIFIED_TOKENS = 50_000;
  private static final int LONGEST_TOKEN = 4096;

  private final ProjectTokenVerifier verifier;
  private final Snapshots snapshots;
  private final InstantSource clock;
  private final Cache<String, Verified> verified =
      Caffeine.newBuilder()
          .executor(Runnable::run) // cheaper than to wake a pool's thread every few reads
          .maximumSize(VERIFIED_TOKENS)
          .expireAfterWrite(VERIFIED_FOR)
          .build();

  /** Claims that were signed by one of {@code keys}. */
  private record Verified(ProjectTokenClaims claims, TokenKeys keys) {}

  ProjectTokenAuthenticator(
      ProjectTokenVerifier verifier, Snapshots snapshots, InstantSource clock) {
    this.verifier = verifier;
    this.snapshots = snapshots;
    this.clock = clock;
  }

  Mono<Authentication> authenticate(String token) {
    if (token.length() > LONGEST_TOKEN) {
      return rejected(new Authentication.Rejected(Rejections.INVALID));
    }
    return snapshots.tokenKeys().flatMap(keys -> verify(token, keys));
  }

  private Mono<Authentication> verify(String token, Lookup<TokenKeys> lookup) {
    if (!(lookup instanceof Lookup.Found<TokenKeys>(TokenKeys keys))) {
      return rejected(new Authentication.Rejected(Rejections.UNAVAILABLE));
    }
    String fingerprint = fingerprint(token);
    Verified known = verified.getIfPresent(fingerprint);
    if (known != null && known.keys().equals(keys)) {
      return admit(known.claims());
    }
    return switch (verifier.verify(token, keys.byId()::get, clock.instant())) {
      case TokenVerification.Valid(ProjectTokenClaims claims) -> {
        verified.put(fingerprint, new Verified(claims, keys));
        yield admit(claims);
      }
      case TokenVerification.Invalid(var reason) ->
          rejected(
              new Authentication.Rejected(
                  reason == TokenRefusal.EXPIRED ? Rejections.EXPIRED : Rejections.INVALID));
    };
  }

  private Mono<Authentication> admit(ProjectTokenClaims claims) {
    return snapshots.project(claims.projectId()).map(lookup -> decide(claims, lookup));
  }

  private Authentication decide(ProjectTokenClaims claims, Lookup<ProjectSnapshot> lookup) {
    return switch (lookup) {
      case Lookup.Unavailable<ProjectSnapshot>() ->
          new Authentication.Rejected(Rejections.UNAVAILABLE);
      // Only a project that existed when the token was signed can be gone now.
      case Lookup.Unknown<ProjectSnapshot>() -> new Authentication.Rejected(Rejections.REVOKED);
      case Lookup.Found<ProjectSnapshot>(ProjectSnapshot project) -> decide(claims, project);
    };
  }

  /** With the same allowance for clocks that differ as at the beginning of a request. */
  private static CallerTerms.OfToken terms(ProjectTokenClaims claims) {
    return new CallerTerms.OfToken(
        claims.jti(),
        claims.issuedAt(),
        claims.expiresAt().plus(ProjectTokenVerifier.DEFAULT_SKEW));
  }

  private Authentication decide(ProjectTokenClaims claims, ProjectSnapshot project) {
    Instant now = clock.instant();
    CallerTerms.OfToken terms = terms(claims);
    if (terms.isOver(now)) {
      return new Authentication.Rejected(Rejections.EXPIRED, caller(claims));
    }
    if (terms.isRevokedIn(project)) {
      return new Authentication.Rejected(Rejections.REVOKED, caller(claims));
    }
    if (!claims.organizationId().equals(project.organizationId())) {
      return new Authentication.Rejected(Rejections.INVALID);
    }
    return new Authentication.Authenticated(caller(claims), terms);
  }

  private static Caller caller(ProjectTokenClaims claims) {
    return new Caller(
        null,
        claims.jti(),
        claims.organizationId(),
        null,
        List.of(claims.projectId()),
        claims.environment(),
        claims.scope().isEmpty() ? List.of() : List.of(CompiledPolicy.ofScope(claims.scope())),
        claims.maxCostMicroUsd(),
        "{}");
  }

  private static Mono<Authentication> rejected(Authentication.Rejected rejection) {
    return Mono.just(rejection);
  }

  private static String fingerprint(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
