package dev.tollgate.admin.token;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Project;
import dev.tollgate.admin.project.Projects;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.admin.token.TokenMint.Minted;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with project tokens. */
@Service
class ProjectTokens {
  private final ProjectTokenRepository tokens;
  private final Projects projects;
  private final TokenMint mint;
  private final AuditLog audit;
  private final Transactions transactions;
  private final Clock clock;

  ProjectTokens(
      ProjectTokenRepository tokens,
      Projects projects,
      TokenMint mint,
      AuditLog audit,
      Transactions transactions,
      Clock clock) {
    this.tokens = tokens;
    this.projects = projects;
    this.mint = mint;
    this.audit = audit;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** A token's row, and the token itself, which nothing keeps. */
  record Issued(ProjectToken row, SecretString signed) {
    /** For the answer to the call that issued it, and nothing else. */
    ProjectToken shown() {
      return row.withToken(signed.reveal(SecretAccess.granted()));
    }
  }

  Mono<Issued> issue(Caller caller, String projectId, ObjectNode body) {
    TokenRequest request = TokenRequest.of(body, clock.instant());
    return transactions.inOne(
        project(caller, projectId)
            .delayUntil(project -> mustNeedNoApproval(caller, project))
            .flatMap(project ->
                tokens
                    .revokedBefore(projectId)
                    .flatMap(before -> issue(caller, project, request, before))));
  }

  /**
   * A token works at once, so where keys wait for somebody else only who could approve makes it.
   */
  private Mono<Void> mustNeedNoApproval(Caller caller, Project project) {
    return caller.holds(Permission.KEY_APPROVE)
        ? Mono.empty()
        : tokens
            .approvalIsAsked(project.id())
            .filter(Boolean::booleanValue)
            .flatMap(_ -> Mono.error(ProjectTokens::approvalRequired));
  }

  private static ProblemException approvalRequired() {
    return ProblemException.of(
        HttpStatus.FORBIDDEN,
        "approval_required",
        "Keys and tokens of this project need an approval; an administrator issues its tokens.");
  }

  private Mono<Issued> issue(
      Caller caller, Project project, TokenRequest request, Instant revokedBefore) {
    Minted minted = mint.mint(project, request, revokedBefore);
    ProjectTokenClaims claims = minted.claims();
    return tokens
        .insert(claims, request.metadata(), caller.id())
        .then(Mono.defer(() -> tokens.find(project.id(), claims.jti(), clock.instant())))
        .flatMap(row ->
            audit
                .write(AuditEntry.created(caller, subject(row), row))
                .thenReturn(new Issued(row, minted.signed())));
  }

  Mono<Page<ProjectToken>> list(Caller caller, String projectId, PageRequest page) {
    return project(caller, projectId)
        .flatMap(project -> tokens.list(project.id(), page, clock.instant()).collectList())
        .map(rows -> page.page(rows, ProjectToken::jti));
  }

  Mono<ProjectToken> get(Caller caller, String projectId, String jti) {
    return project(caller, projectId)
        .flatMap(project -> Ids.isWellFormed(jti) ? find(project, jti) : Mono.empty())
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private Mono<ProjectToken> find(Project project, String jti) {
    return tokens.find(project.id(), jti, clock.instant());
  }

  /** Revokes a token for good; one that is revoked already stays as it is. */
  Mono<Void> revoke(Caller caller, String projectId, String jti, @Nullable String ifMatch) {
    return transactions.inOne(
        get(caller, projectId, jti)
            .doOnNext(token -> IfMatch.check(ifMatch, token.version()))
            .flatMap(token -> revoke(caller, token)));
  }

  private Mono<Void> revoke(Caller caller, ProjectToken token) {
    return tokens
        .revoke(token.jti(), clock.instant())
        .filter(revoked -> revoked > 0)
        .flatMap(_ -> tokens.find(token.projectId(), token.jti(), clock.instant()))
        .flatMap(after ->
            audit.write(AuditEntry.lifecycle(caller, "revoked", subject(after), token, after)));
  }

  /** Revokes every token that the project's has so far. */
  Mono<Void> revokeAll(Caller caller, String projectId) {
    Instant nextSecond = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    return transactions.inOne(
        project(caller, projectId)
            .flatMap(project ->
                tokens
                    .revokeAllBefore(project.id(), nextSecond)
                    .then(audit.write(allRevoked(caller, project, nextSecond)))));
  }

  private static AuditEntry allRevoked(Caller caller, Project project, Instant before) {
    Subject subject = new Subject("project", project.id(), project.organizationId(), project.id());
    return AuditEntry.lifecycle(caller, "tokens_revoked", subject, null, null)
        .with(Map.of("issued_before", before.toString()));
  }

  private Mono<Project> project(Caller caller, String id) {
    Mono<Project> found =
        Ids.isWellFormed(id) ? projects.get(caller, id) : Mono.error(ProblemException::notFound);
    return found.doOnNext(project -> caller.mustBelongTo(project.id()));
  }

  private static Subject subject(ProjectToken token) {
    return new Subject("token", token.jti(), token.organizationId(), token.projectId());
  }
}
