package dev.tollgate.admin.token;

import dev.tollgate.admin.project.Project;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import dev.tollgate.crypto.token.ProjectTokenIssuer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.springframework.stereotype.Component;

/** Makes a project's tokens; stores nothing. */
@Component
class TokenMint {
  private final ProjectTokenIssuer issuer;
  private final Ids ids;
  private final Clock clock;

  TokenMint(ProjectTokenIssuer issuer, Ids ids, Clock clock) {
    this.issuer = issuer;
    this.ids = ids;
    this.clock = clock;
  }

  /** What a token says, and the token itself. */
  record Minted(ProjectTokenClaims claims, SecretString signed) {}

  /**
   * @param revokedBefore until when the project's tokens are revoked
   */
  Minted mint(Project project, TokenRequest request, Instant revokedBefore) {
    ProjectTokenClaims claims = claims(project, request, issuedAt(revokedBefore));
    return new Minted(claims, issuer.issue(claims));
  }

  /**
   * A token's time is in whole seconds, a revocation of all covers the second it falls into: what
   * is issued after one in that same second is dated into the next, well within every verifier's
   * allowance.
   */
  private Instant issuedAt(Instant revokedBefore) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return revokedBefore.isAfter(now) ? revokedBefore : now;
  }

  private ProjectTokenClaims claims(Project project, TokenRequest request, Instant issuedAt) {
    return new ProjectTokenClaims(
        project.id(),
        project.organizationId(),
        request.environment(),
        ids.next("tok"),
        issuedAt,
        issuedAt,
        issuedAt.plus(request.ttl(project.maxTokenTtl())),
        request.scope(),
        request.maxCostMicroUsd());
  }
}
