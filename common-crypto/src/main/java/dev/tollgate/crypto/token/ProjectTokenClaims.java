package dev.tollgate.crypto.token;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a project token says. Times are cut to whole seconds, as the token carries them.
 *
 * @param projectId claim {@code sub}, 1–128 characters
 * @param organizationId claim {@code org}, 1–128 characters
 * @param environment claim {@code env}, 1–128 characters, or null
 * @param jti the token's own id, by which it is revoked, 1–128 characters
 * @param issuedAt claim {@code iat}
 * @param notBefore claim {@code nbf}
 * @param expiresAt claim {@code exp}, after {@code iat} and {@code nbf}
 * @param scope names of features, at most 64 of 1–64 characters; <b>empty: the token narrows
 *     nothing</b>
 * @param maxCostMicroUsd claim {@code max_cost} in micro-USD, 0 or more; null: no limit of its own
 */
public record ProjectTokenClaims(
    String projectId,
    String organizationId,
    @Nullable String environment,
    String jti,
    Instant issuedAt,
    Instant notBefore,
    Instant expiresAt,
    Set<String> scope,
    @Nullable Long maxCostMicroUsd) {

  private static final int MAX_TEXT = 128;
  private static final int MAX_SCOPE = 64;
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

  /** Refuses what no token may carry. */
  public ProjectTokenClaims {
    refuseText(projectId);
    refuseText(organizationId);
    refuseText(jti);
    if (environment != null) {
      refuseText(environment);
    }
    issuedAt = issuedAt.truncatedTo(ChronoUnit.SECONDS);
    notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
    expiresAt = expiresAt.truncatedTo(ChronoUnit.SECONDS);
    refuseTimes(issuedAt, notBefore, expiresAt);
    scope = refuseScope(scope);
    if (maxCostMicroUsd != null && maxCostMicroUsd < 0) {
      throw new IllegalArgumentException("a token's max_cost is not negative");
    }
  }

  private static void refuseText(String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw new IllegalArgumentException("a token's texts have 1 to " + MAX_TEXT + " characters");
    }
  }

  private static void refuseTimes(Instant issuedAt, Instant notBefore, Instant expiresAt) {
    if (!expiresAt.isAfter(issuedAt)
        || !expiresAt.isAfter(notBefore)
        || issuedAt.isBefore(Instant.EPOCH)
        || notBefore.isBefore(Instant.EPOCH)
        || expiresAt.isAfter(END_OF_TIME)) {
      throw new IllegalArgumentException("a token expires after it was issued and became valid");
    }
  }

  private static Set<String> refuseScope(Set<String> scope) {
    if (scope.size() > MAX_SCOPE
        || scope.stream().anyMatch(feature -> feature.isEmpty() || feature.length() > MAX_SCOPE)) {
      throw new IllegalArgumentException(
          "a token's scope has up to 64 names of 1 to 64 characters");
    }
    return Collections.unmodifiableSet(new TreeSet<>(scope));
  }
}
