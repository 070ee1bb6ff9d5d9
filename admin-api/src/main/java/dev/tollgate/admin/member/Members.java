package dev.tollgate.admin.member;

import static java.util.stream.Collectors.toSet;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.member.MemberRepository.Place;
import dev.tollgate.admin.organization.Organizations;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with members. Only owners write them, and nobody grants more than they hold. */
@Component
public class Members {

  private final MemberRepository repository;
  private final MemberPlaces places;
  private final Organizations organizations;
  private final AuditLog audit;
  private final Transactions transactions;
  private final JsonBodies bodies;
  private final Ids ids;

  Members(
      MemberRepository repository,
      MemberPlaces places,
      Organizations organizations,
      AuditLog audit,
      Transactions transactions,
      JsonBodies bodies,
      Ids ids) {
    this.repository = repository;
    this.places = places;
    this.organizations = organizations;
    this.audit = audit;
    this.transactions = transactions;
    this.bodies = bodies;
    this.ids = ids;
  }

  Mono<Member> create(Caller caller, String organizationId, NewMember body) {
    return transactions.inOne(
        organization(caller, organizationId)
            .then(Mono.defer(() -> insert(caller, organizationId, body))));
  }

  private Mono<Member> insert(Caller caller, String organizationId, NewMember body) {
    MemberBody wanted = body.body();
    mustGrant(caller, wanted.role());
    return places
        .mustBeOf(organizationId, wanted.projects(), wanted.teams())
        .then(Mono.defer(() -> store(caller, organizationId, body.typeOrPerson(), wanted)));
  }

  private Mono<Member> store(
      Caller caller, String organizationId, MemberType type, MemberBody body) {
    return repository
        .insert(new Place(organizationId, ids.next("usr"), type, caller.id()), body)
        .onErrorMap(DuplicateKeyException.class, _ -> alreadyThere())
        .flatMap(made ->
            audit
                .write(
                    AuditEntry.created(caller, subject(made), made).as(EventType.PERMISSION_CHANGE))
                .thenReturn(made));
  }

  /**
   * The robot for an admin key that is made for nobody in particular.
   *
   * @param projectIds checked by the caller
   */
  public Mono<Member> addRobot(
      Caller caller, String organizationId, String name, Role role, List<String> projectIds) {
    mustGrant(caller, role);
    MemberBody robot = new MemberBody(name, null, null, role, projectIds, null, false);
    return store(caller, organizationId, MemberType.ROBOT, robot);
  }

  /**
   * A member, who does not change until the end of the transaction; nothing if the organization has
   * none of this id.
   */
  public Mono<Optional<Member>> lock(String organizationId, String id) {
    Mono<Member> found =
        Ids.isWellFormed(id) ? repository.findForShare(organizationId, id) : Mono.empty();
    return found.map(Optional::of).defaultIfEmpty(Optional.empty());
  }

  /** As {@link #lock}, of whatever organization the caller sees. */
  public Mono<Optional<Member>> lockVisible(Caller caller, String id) {
    Mono<Member> found = Ids.isWellFormed(id) ? repository.findForShare(id) : Mono.empty();
    return found
        .map(member -> Optional.of(member).filter(it -> caller.sees(it.organizationId())))
        .defaultIfEmpty(Optional.empty());
  }

  /** The projects that a developer belongs to, also by a team. */
  public Mono<Set<String>> projectsOf(Member member) {
    return repository.teamProjects(member.teamIds()).map(ofTeams -> union(member, ofTeams));
  }

  private static Set<String> union(Member member, Set<String> ofTeams) {
    return Stream.concat(member.projectIds().stream(), ofTeams.stream()).collect(toSet());
  }

  Mono<Member> get(Caller caller, String organizationId, String id) {
    return organization(caller, organizationId)
        .then(Mono.defer(() -> known(id, repository.find(organizationId, id))));
  }

  Mono<Page<Member>> list(Caller caller, String organizationId, PageRequest page) {
    return organization(caller, organizationId)
        .thenMany(repository.list(organizationId, page))
        .collectList()
        .map(rows -> page.page(rows, Member::id));
  }

  Mono<Member> change(
      Caller caller, String organizationId, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        forUpdate(caller, organizationId, id)
            .flatMap(before -> change(caller, before, ifMatch, patch)));
  }

  private Mono<Member> change(
      Caller caller, Member before, @Nullable String ifMatch, ObjectNode patch) {
    IfMatch.check(ifMatch, before.version());
    MemberBody wanted = wanted(before, patch);
    mustGrant(caller, before.role());
    mustGrant(caller, wanted.role());
    return places
        .mustBeOf(
            before.organizationId(),
            added(before.projectIds(), wanted.projects()),
            added(before.teamIds(), wanted.teams()))
        .then(wanted.isActiveOwner() ? Mono.empty() : mustNotBeTheLastOwner(before))
        .then(Mono.defer(() -> repository.update(before.id(), wanted)))
        .onErrorMap(DuplicateKeyException.class, _ -> alreadyThere())
        .flatMap(after ->
            audit
                .write(
                    AuditEntry.updated(caller, subject(after), before, after)
                        .as(EventType.PERMISSION_CHANGE))
                .thenReturn(after));
  }

  // Who stops being a developer leaves the projects and teams, without having to be told so.
  private MemberBody wanted(Member before, ObjectNode patch) {
    MemberBody wanted = bodies.merge(before.body(), patch, MemberBody.class);
    boolean saysWhere = patch.has("project_ids") || patch.has("team_ids");
    MemberBody settled = wanted.role() == Role.DEVELOPER || saysWhere ? wanted : wanted.nowhere();
    settled.mustSuit(before.type());
    return settled;
  }

  private static List<String> added(List<String> before, List<String> after) {
    return after.stream().filter(id -> !before.contains(id)).toList();
  }

  Mono<Void> delete(Caller caller, String organizationId, String id, @Nullable String ifMatch) {
    return transactions.inOne(
        forUpdate(caller, organizationId, id).flatMap(before -> delete(caller, before, ifMatch)));
  }

  private Mono<Void> delete(Caller caller, Member before, @Nullable String ifMatch) {
    IfMatch.check(ifMatch, before.version());
    mustGrant(caller, before.role());
    return mustNotBeTheLastOwner(before)
        .then(repository.delete(before.id()))
        .then(audit.writeRevokedKeys(caller, subject(before)))
        .then(
            audit.write(
                AuditEntry.deleted(caller, subject(before), before)
                    .as(EventType.PERMISSION_CHANGE)));
  }

  private Mono<Void> mustNotBeTheLastOwner(Member member) {
    return member.body().isActiveOwner()
        ? repository
            .hasAnotherOwner(member.organizationId(), member.id())
            .filter(found -> found)
            .switchIfEmpty(Mono.error(Members::lastOwner))
            .then()
        : Mono.empty();
  }

  private Mono<Member> forUpdate(Caller caller, String organizationId, String id) {
    return organization(caller, organizationId)
        .then(repository.lockOrganization(organizationId))
        .then(Mono.defer(() -> known(id, repository.findForUpdate(organizationId, id))));
  }

  private Mono<Void> organization(Caller caller, String id) {
    return Ids.isWellFormed(id)
        ? organizations.get(caller, id).then()
        : Mono.error(ProblemException.notFound());
  }

  private static Mono<Member> known(String id, Mono<Member> found) {
    return (Ids.isWellFormed(id) ? found : Mono.<Member>empty())
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private static void mustGrant(Caller caller, Role role) {
    if (!caller.holdsAllOf(role)) {
      throw ProblemException.forbidden();
    }
  }

  private static ProblemException alreadyThere() {
    return ProblemException.conflict(
        "member_exists", "A member has this email or this subject already.");
  }

  private static ProblemException lastOwner() {
    return ProblemException.conflict(
        "last_owner", "Make another owner first; an organization keeps one.");
  }

  private static Subject subject(Member member) {
    return new Subject("member", member.id(), member.organizationId(), null);
  }
}
