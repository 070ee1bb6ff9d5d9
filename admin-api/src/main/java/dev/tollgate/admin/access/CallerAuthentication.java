package dev.tollgate.admin.access;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** A caller that is known. */
final class CallerAuthentication extends AbstractAuthenticationToken {

  private final transient Caller caller;
  private final transient Set<KeyRight> rights;
  private final transient @Nullable String refusal;

  CallerAuthentication(Caller caller) {
    this(caller, Set.of(), null);
  }

  /**
   * A virtual key.
   *
   * @param rights what it may do for itself
   * @param refusal the code of why it may do nothing from where it calls; null: it may
   */
  CallerAuthentication(Caller caller, Set<KeyRight> rights, @Nullable String refusal) {
    super(List.of());
    this.caller = caller;
    this.rights = Set.copyOf(rights);
    this.refusal = refusal;
    setAuthenticated(true);
  }

  Caller caller() {
    return caller;
  }

  @Nullable String refusal() {
    return refusal;
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
