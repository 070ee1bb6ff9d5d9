package dev.tollgate.admin.access;

import static dev.tollgate.admin.access.Role.ADMIN;
import static dev.tollgate.admin.access.Role.DEVELOPER;
import static dev.tollgate.admin.access.Role.OWNER;
import static dev.tollgate.admin.access.Role.VIEWER;

import java.util.List;
import java.util.Set;

/**
 * The matrix of who may do what, a row each. It says what a role may do at all; in which
 * organization and project is asked of {@link Caller} where the resource is known.
 */
public enum Permission {
  /** Nobody but the root key. */
  ORGANIZATION_CREATE(),
  ORGANIZATION_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  ORGANIZATION_WRITE(OWNER),
  MEMBER_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  MEMBER_WRITE(OWNER),
  PROJECT_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  PROJECT_WRITE(OWNER, ADMIN),
  TEAM_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  TEAM_WRITE(OWNER, ADMIN),
  CREDENTIAL_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  CREDENTIAL_WRITE(OWNER, ADMIN),
  SERVICE_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  SERVICE_WRITE(OWNER, ADMIN),
  PRICE_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  PRICE_WRITE(OWNER, ADMIN),
  KEY_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  /** Developers: only in the projects that they belong to. */
  KEY_WRITE(OWNER, ADMIN, DEVELOPER),
  KEY_APPROVE(OWNER, ADMIN),
  /** Developers: only of the projects that they belong to. */
  USAGE_READ(OWNER, ADMIN, DEVELOPER, VIEWER),
  AUDIT_READ(OWNER, ADMIN, VIEWER),
  ENCRYPTION_ROTATE(OWNER);

  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable, its type does not say so
  private final Set<Role> roles;

  Permission(Role... roles) {
    this.roles = Set.of(roles);
  }

  /** The roles that hold it, the highest first. */
  public List<Role> roles() {
    return roles.stream().sorted().toList();
  }

  boolean isHeldBy(Role role) {
    return roles.contains(role);
  }
}
