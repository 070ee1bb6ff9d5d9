package dev.tollgate.admin.member;

import dev.tollgate.admin.project.Projects;
import dev.tollgate.admin.team.Teams;
import java.util.Collection;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Where a developer can be put. */
@Component
class MemberPlaces {

  private final Projects projects;
  private final Teams teams;

  MemberPlaces(Projects projects, Teams teams) {
    this.projects = projects;
    this.teams = teams;
  }

  /** Completes if the organization has all of these, else fails with 422. */
  Mono<Void> mustBeOf(
      String organizationId, Collection<String> projectIds, Collection<String> teamIds) {
    return projects
        .mustBeOf(organizationId, projectIds, "/project_ids")
        .then(Mono.defer(() -> teams.mustBeOf(organizationId, teamIds, "/team_ids")));
  }
}
