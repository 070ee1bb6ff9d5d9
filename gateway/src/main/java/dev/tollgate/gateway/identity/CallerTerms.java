package dev.tollgate.gateway.identity;

import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.SigningSecret;
import java.time.Instant;
import java.util.List;

/** What a caller who was let in goes by, so that it can be asked later whether it still holds. */
public sealed interface CallerTerms {

  /** Set by the authentication stage. */
  StateKey<CallerTerms> KEY = StateKey.named("caller terms");

  /**
   * A virtual key, whatever its value is by now.
   *
   * @param signingSecrets what its requests may be signed with
   */
  record OfKey(String keyId, List<SigningSecret> signingSecrets) implements CallerTerms {}

  /**
   * A project token.
   *
   * @param until when it is not taken any more
   */
  record OfToken(String tokenId, Instant issuedAt, Instant until) implements CallerTerms {

    public boolean isOver(Instant now) {
      return !now.isBefore(until);
    }

    /** Whether it was revoked, alone or with all others of its time. */
    public boolean isRevokedIn(ProjectSnapshot project) {
      Instant before = project.tokensRevokedBefore();
      return project.revokedTokenIds().contains(tokenId)
          || (before != null && !issuedAt.isAfter(before));
    }
  }
}
