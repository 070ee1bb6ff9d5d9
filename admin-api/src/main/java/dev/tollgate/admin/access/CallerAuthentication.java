package dev.tollgate.admin.access;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** A caller that is known. */
final class CallerAuthentication extends AbstractAuthenticationToken {

  private final transient Caller caller;
  private final transient Set<KeyRight> rights;

  CallerAuthentication(Caller caller) {
    this(caller, Set.of());
  }

  /** A virtual key, with what it may do for itself. */
  CallerAuthentication(Caller caller, Set<KeyRight> rights) {
    super(List.of());
    this.caller = caller;
    this.rights = Set.copyOf(rights);
    setAuthenticated(true);
  }

  Caller caller() {
    return caller;
  }

  boolean holds(KeyRight right) {
    return rights.contains(right);
  }

  @Override
  public @Nullable Object getCredentials() {
    return null;
  }

  @Override
  public Object getPrincipal() {
    return caller;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
