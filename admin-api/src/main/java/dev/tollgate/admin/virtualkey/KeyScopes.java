package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.team.Team;
import dev.tollgate.admin.team.Teams;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Resolves the scope of a policy: what it names must be there for the caller, what it leaves out
 * must be clear.
 */
@Component
class KeyScopes {
  private static final String ORGANIZATION_POINTER = "/scope/organization_id";
  private static final String TEAM_POINTER = "/scope/team_id";
  private static final String PROJECTS_POINTER = "/scope/projects";

  private final DatabaseClient database;
  private final Teams teams;

  KeyScopes(DatabaseClient database, Teams teams) {
    this.database = database;
    this.teams = teams;
  }

  /**
   * The scope that the document means for this caller. The projects in it stay undeleted until the
   * transaction ends.
   *
   * <p>Fails with 404 for what the caller does not see, 403 for a project that a developer does not
   * belong to, 422 for a scope that is contradictory or that cannot be guessed.
   */
  Mono<KeyScope> resolve(Caller caller, PolicyDocument document) {
    return switch (document.type()) {
      case PROJECT -> ofProject(caller, document);
      case TEAM -> ofTeam(caller, document);
      case ORGANIZATION -> ofOrganization(caller, document);
    };
  }

  private Mono<KeyScope> ofProject(Caller caller, PolicyDocument document) {
    String organization = document.organizationId().orElse(null);
    return Mono.justOrEmpty(document.teamId())
        .flatMap(id -> teams.lock(caller, id))
        .flatMap(team -> ofProjectOfTeam(caller, document, team))
        .switchIfEmpty(Mono.defer(() -> ofProjects(caller, document, organization, null)));
  }

  private Mono<KeyScope> ofProjectOfTeam(Caller caller, PolicyDocument document, Team team) {
    mustAgree(document, team);
    return ofProjects(caller, document, team.organizationId(), Set.copyOf(team.projectIds()))
        .map(scope -> within(team, scope));
  }

  private Mono<KeyScope> ofProjects(
      Caller caller,
      PolicyDocument document,
      @Nullable String organization,
      @Nullable Set<String> among) {
    return document
        .projects()
        .map(named -> ofProjects(caller, organization, named))
        .orElseGet(() -> ofOnlyProject(caller, organization, among));
  }

  private Mono<KeyScope> ofTeam(Caller caller, PolicyDocument document) {
    return caller.role() == Role.DEVELOPER
        ? Mono.error(ProblemException.forbidden())
        : team(caller, document).flatMap(team -> ofTeam(caller, document, team));
  }

  private Mono<Team> team(Caller caller, PolicyDocument document) {
    return document
        .teamId()
        .map(id -> teams.lock(caller, id))
        .orElseGet(() ->
            teams
                .firstTwo(caller, document.organizationId().orElse(null))
                .map(found -> only(found, TEAM_POINTER)));
  }

  private Mono<KeyScope> ofTeam(Caller caller, PolicyDocument document, Team team) {
    mustAgree(document, team);
    return document
        .projects()
        .map(named -> ofProjects(caller, team.organizationId(), named))
        .orElseGet(() -> Mono.just(new KeyScope(team.organizationId(), null, null)))
        .map(scope -> within(team, scope));
  }

  private static void mustAgree(PolicyDocument document, Team team) {
    if (!document.organizationId().orElse(team.organizationId()).equals(team.organizationId())) {
      throw ProblemException.unprocessable(
          ORGANIZATION_POINTER, "scope_mismatch", "The team is not of this organization.");
    }
  }

  private static KeyScope within(Team team, KeyScope scope) {
    List<String> projects = scope.projectIds();
    if (projects != null && !team.projectIds().containsAll(projects)) {
      throw ProblemException.unprocessable(
          PROJECTS_POINTER, "scope_mismatch", "The team does not work in each of these projects.");
    }
    return new KeyScope(team.organizationId(), team.id(), projects);
  }

  private Mono<KeyScope> ofOrganization(Caller caller, PolicyDocument document) {
    String organization = document.organizationId().orElse(null);
    if (document.teamId().isPresent()) {
      return Mono.error(
          ProblemException.unprocessable(
              TEAM_POINTER, "scope_mismatch", "An organization's key is of no team."));
    }
    return document
        .projects()
        .map(named -> ofProjects(caller, organization, named))
        .orElseGet(() -> ofOrganization(caller, organization));
  }

  private Mono<KeyScope> ofProjects(
      Caller caller, @Nullable String organization, List<String> projects) {
    return database
        .sql(
            """
            SELECT p.id, p.organization_id
              FROM tollgate.project p JOIN tollgate.organization o ON o.id = p.organization_id
             WHERE p.id = ANY (:ids) AND p.deleted_at IS NULL AND o.deleted_at IS NULL
               FOR SHARE OF p
            """)
        .bind("ids", Rows.array(projects))
        .map(row -> Rows.text(row, "organization_id"))
        .all()
        .collectList()
        .map(found -> ofFound(caller, organization, projects, found));
  }

  private static KeyScope ofFound(
      Caller caller, @Nullable String organization, List<String> projects, List<String> found) {
    if (found.size() != projects.size() || !found.stream().allMatch(caller::sees)) {
      throw ProblemException.notFound();
    }
    projects.forEach(caller::mustBelongTo);
    if (found.stream().distinct().count() > 1) {
      throw ProblemException.unprocessable(
          PROJECTS_POINTER, "scope_mismatch", "The projects are of several organizations.");
    }
    if (organization != null && !organization.equals(found.getFirst())) {
      throw ProblemException.unprocessable(
          ORGANIZATION_POINTER, "scope_mismatch", "The projects are not of this organization.");
    }
    return new KeyScope(found.getFirst(), null, projects);
  }

  private Mono<KeyScope> ofOnlyProject(
      Caller caller, @Nullable String organization, @Nullable Set<String> among) {
    if (organization != null) {
      caller.mustSee(organization);
    }
    GenericExecuteSpec statement =
        database.sql(
            """
            SELECT p.id, p.organization_id
              FROM tollgate.project p JOIN tollgate.organization o ON o.id = p.organization_id
             WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL
               AND (:organization::text IS NULL OR p.organization_id = :organization)
               AND (:within::text[] IS NULL OR p.id = ANY (:within))
               AND (:among::text[] IS NULL OR p.id = ANY (:among))
             ORDER BY p.id LIMIT 2
               FOR SHARE OF p
            """);
    String visible = organization == null ? caller.organizationId() : organization;
    statement = Rows.bind(statement, "organization", visible, String.class);
    statement = Rows.bind(statement, "within", within(caller), String[].class);
    return Rows.bind(statement, "among", among == null ? null : Rows.array(among), String[].class)
        .map(row ->
            new KeyScope(Rows.text(row, "organization_id"), null, List.of(Rows.text(row, "id"))))
        .all()
        .collectList()
        .map(found -> only(found, PROJECTS_POINTER));
  }

  static String @Nullable [] within(Caller caller) {
    return caller.role() == Role.DEVELOPER ? Rows.array(caller.projectIds()) : null;
  }

  private Mono<KeyScope> ofOrganization(Caller caller, @Nullable String organization) {
    if (caller.role() == Role.DEVELOPER) {
      return Mono.error(ProblemException.forbidden());
    }
    if (organization != null) {
      caller.mustSee(organization);
    }
    String wanted = organization == null ? caller.organizationId() : organization;
    GenericExecuteSpec statement =
        database.sql(
            """
            SELECT id FROM tollgate.organization
             WHERE deleted_at IS NULL AND (:id::text IS NULL OR id = :id)
             ORDER BY id LIMIT 2
               FOR SHARE
            """);
    return Rows.bind(statement, "id", wanted, String.class)
        .map(row -> new KeyScope(Rows.text(row, "id"), null, null))
        .all()
        .collectList()
        .map(found -> {
          if (wanted != null && found.isEmpty()) {
            throw ProblemException.notFound();
          }
          return only(found, ORGANIZATION_POINTER);
        });
  }

  private static <T> T only(List<T> found, String pointer) {
    if (found.size() != 1) {
      throw ProblemException.unprocessable(
          pointer,
          "scope_required",
          found.isEmpty() ? "There is none to choose; name it." : "There are several; name one.");
    }
    return found.getFirst();
  }
}
