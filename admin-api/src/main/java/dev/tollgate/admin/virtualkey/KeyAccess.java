package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.virtualkey.policy.KeyMember;
import dev.tollgate.admin.virtualkey.policy.KeyType;
import java.util.List;
import java.util.Optional;

/**
 * Who sees a key and who may change it. Owners and admins do both, viewers see all of their
 * organization; the rest of this is about developers. {@link VirtualKeyRepository#list} says the
 * same of seeing in SQL.
 */
final class KeyAccess {
  private KeyAccess() {}

  static boolean sees(Caller caller, StoredKey key) {
    return caller.sees(key.scope().organizationId())
        && (!caller.isDeveloper() || entry(caller, key).isPresent() || seesByScope(caller, key));
  }

  private static boolean seesByScope(Caller caller, StoredKey key) {
    String team = key.scope().teamId();
    boolean ofTheirTeam = team != null && caller.teamIds().contains(team);
    return key.policy().type() != KeyType.USER && (ofTheirTeam || isWithinProjects(caller, key));
  }

  /**
   * Refuses a change by somebody who sees the key and may not manage it.
   *
   * @throws ProblemException 403
   */
  static void mustManage(Caller caller, StoredKey key) {
    if (!manages(caller, key)) {
      throw ProblemException.forbidden();
    }
  }

  private static boolean manages(Caller caller, StoredKey key) {
    return switch (caller.role()) {
      case OWNER, ADMIN -> true;
      case VIEWER -> false;
      case DEVELOPER ->
          entry(caller, key)
              .map(KeyMember::canManageKey)
              .orElseGet(() -> managesByScope(caller, key));
    };
  }

  private static boolean managesByScope(Caller caller, StoredKey key) {
    return switch (key.policy().type()) {
      case PROJECT, ORGANIZATION -> isWithinProjects(caller, key);
      case TEAM, USER -> false;
    };
  }

  private static Optional<KeyMember> entry(Caller caller, StoredKey key) {
    return KeyMember.of(key.policy().members(), caller.actor());
  }

  private static boolean isWithinProjects(Caller caller, StoredKey key) {
    List<String> projects = key.scope().projectIds();
    return projects != null && caller.projectIds().containsAll(projects);
  }
}
