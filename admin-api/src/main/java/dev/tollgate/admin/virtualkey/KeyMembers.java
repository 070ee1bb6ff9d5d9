package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.member.Member;
import dev.tollgate.admin.member.Members;
import dev.tollgate.admin.problem.FieldError;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.virtualkey.policy.KeyMember;
import dev.tollgate.admin.virtualkey.policy.KeyType;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Judges the members that a key's document names, and finds the one whose a user's key is. */
@Component
class KeyMembers {
  private static final String POINTER = "/members";

  private final Members members;

  KeyMembers(Members members) {
    this.members = members;
  }

  /**
   * The document of a user's key with its one member: the one it names, else the caller, who may
   * then manage it. Any other document as it is.
   *
   * @throws ProblemException 422 where it is nobody's or several members', 403 where a developer
   *     names somebody else
   */
  static PolicyDocument withItsUser(Caller caller, PolicyDocument policy) {
    if (policy.type() != KeyType.USER) {
      return policy;
    }
    String self = caller.rights().memberId();
    List<KeyMember> named = policy.members();
    if (named.isEmpty() && self != null) {
      return policy.withMembers(List.of(new KeyMember(self, caller.role(), true)));
    }
    if (named.size() != 1) {
      throw ProblemException.unprocessable(
          POINTER, "user_required", "A user's key names the one member that it belongs to.");
    }
    if (caller.isDeveloper() && !named.getFirst().userId().equals(self)) {
      throw ProblemException.forbidden();
    }
    return policy;
  }

  /**
   * Refuses to give a user's key to somebody else.
   *
   * @throws ProblemException 422
   */
  static void mustKeepItsUser(StoredKey before, PolicyDocument policy) {
    String user = before.scope().userId();
    if (user != null
        && !policy.members().stream().map(KeyMember::userId).toList().equals(List.of(user))) {
      throw ProblemException.unprocessable(
          POINTER, "immutable_field", "A user's key stays with its user.");
    }
  }

  /**
   * The member whose key it is to be.
   *
   * @param projectIds where a developer belongs; null: in the whole organization
   */
  record User(String id, String organizationId, @Nullable Set<String> projectIds) {

    boolean belongsToAllOf(List<String> projects) {
      return projectIds == null || projectIds.containsAll(projects);
    }
  }

  /** The user of a user's key; fails with 422 if the caller sees no such member. */
  Mono<User> user(Caller caller, PolicyDocument policy) {
    return members
        .lockVisible(caller, policy.members().getFirst().userId())
        .map(found -> found.orElseThrow(() -> ProblemException.unprocessable(unknown(0))))
        .flatMap(this::user);
  }

  private Mono<User> user(Member member) {
    return member.role() == Role.DEVELOPER
        ? members
            .projectsOf(member)
            .map(projects -> new User(member.id(), member.organizationId(), projects))
        : Mono.just(new User(member.id(), member.organizationId(), null));
  }

  /**
   * Completes if every member is of the organization and is given no more than it has there, nor
   * more than the caller has; fails with 422 else. They stay until the transaction ends.
   */
  Mono<Void> check(Caller caller, String organizationId, List<KeyMember> named) {
    return Flux.range(0, named.size())
        .concatMap(i ->
            members
                .lock(organizationId, named.get(i).userId())
                .map(found -> errors(caller, i, named.get(i), found)))
        .concatMapIterable(errors -> errors)
        .collectList()
        .filter(errors -> !errors.isEmpty())
        .flatMap(errors -> Mono.error(ProblemException.unprocessable(errors)));
  }

  private static List<FieldError> errors(
      Caller caller, int index, KeyMember named, Optional<Member> found) {
    if (found.isEmpty()) {
      return unknown(index);
    }
    boolean held =
        found.get().role().isAtLeast(named.role()) && caller.role().isAtLeast(named.role());
    return held
        ? List.of()
        : List.of(
            new FieldError(
                POINTER + "/" + index + "/role", "exceeds_role", "is more than the member has"));
  }

  private static List<FieldError> unknown(int index) {
    return List.of(
        new FieldError(
            POINTER + "/" + index + "/user_id",
            "unknown_user",
            "names a member that does not exist"));
  }
}
