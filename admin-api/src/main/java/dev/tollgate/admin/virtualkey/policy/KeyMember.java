package dev.tollgate.admin.virtualkey.policy;

import dev.tollgate.admin.access.Role;
import java.util.List;
import java.util.Optional;

/**
 * A member that stands in a key's document.
 *
 * @param role what the member is for this key, no more than in the organization
 * @param canManageKey whether a developer may change, disable, rotate and end this key: decides
 *     alone, whatever projects the developer belongs to
 */
public record KeyMember(String userId, Role role, boolean canManageKey) {

  /** The entry of this member, if there is one. */
  public static Optional<KeyMember> of(List<KeyMember> members, String userId) {
    return members.stream().filter(member -> member.userId().equals(userId)).findFirst();
  }
}
