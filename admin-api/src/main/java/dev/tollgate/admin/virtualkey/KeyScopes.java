package dev.tollgate.admin.virtualkey;

import static java.util.Objects.requireNonNull;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.team.Team;
import dev.tollgate.admin.team.Teams;
import dev.tollgate.admin.virtualkey.KeyMembers.User;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import java.util.HashSet;
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
  private final KeyMembers members;

  KeyScopes(DatabaseClient database, Teams teams, KeyMembers members) {
    this.database = database;
    this.teams = teams;
    this.members = members;
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
      case PROJECT -> ofProject(caller, document, document.organizationId().orElse(null), null);
      case TEAM -> ofTeam(caller, document);
      case ORGANIZATION -> ofOrganization(caller, document);
      case USER -> members.user(caller, document).flatMap(user -> ofUser(caller, document, user));
    };
  }

  /**
   * @param among where the project is looked for that the document does not name; null: anywhere
   */
  private Mono<KeyScope> ofProject(
      Caller caller,
      PolicyDocument document,
      @Nullable String organization,
      @Nullable Set<String> among) {
    return document
        .teamId()
        .map(id ->
            teams.lock(caller, id).flatMap(team -> ofProjectOfTeam(caller, document, team, among)))
        .orElseGet(() -> ofProjects(caller, document, organization, among));
  }

  private Mono<KeyScope> ofProjectOfTeam(
      Caller caller, PolicyDocument document, Team team, @Nullable Set<String> among) {
    mustAgree(document, team);
    Set<String> both = new HashSet<>(team.projectIds());
    both.removeIf(project -> among != null && !among.contains(project));
    return ofProjects(caller, document, team.organizationId(), both)
        .map(scope -> within(team, scope));
  }

  private Mono<KeyScope> ofUser(Caller caller, PolicyDocument document, User user) {
    String organization = user.organizationId();
    if (!document.organizationId().orElse(organization).equals(organization)) {
      throw ProblemException.unprocessable(
          ORGANIZATION_POINTER, "scope_mismatch", "The member is not of this organization.");
    }
    return ofProject(caller, document, organization, user.projectIds())
        .doOnNext(scope -> mustBelong(user, scope))
        .map(scope -> scope.ofUser(user.id()));
  }

  private static void mustBelong(User user, KeyScope scope) {
    if (!user.organizationId().equals(scope.organizationId())
        || !user.belongsToAllOf(requireNonNull(scope.projectIds()))) {
      throw ProblemException.unprocessable(
          PROJECTS_POINTER,
          "scope_mismatch",
          "The member does not belong to each of these projects.");
    }
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
        .orElseGet(() -> Mono.just(KeyScope.of(team.organizationId(), null)))
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
    return scope.ofTeam(team.id());
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
    return KeyScope.of(found.getFirst(), projects);
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
        .map(row -> KeyScope.of(Rows.text(row, "organization_id"), List.of(Rows.text(row, "id"))))
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
        .map(row -> KeyScope.of(Rows.text(row, "id"), null))
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
