package dev.tollgate.admin.access;

import dev.tollgate.admin.access.AdminKeyLookup.AdminKeyHolder;
import dev.tollgate.admin.access.VirtualKeyLookup.VirtualKeyHolder;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import java.util.Set;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Knows the root key and the admin keys; and virtual keys, on the paths that they call for
 * themselves.
 */
@Component
class KeyAuthenticator implements ReactiveAuthenticationManager {

  private final RootKey rootKey;
  private final AdminKeyLookup adminKeys;
  private final VirtualKeyLookup virtualKeys;

  KeyAuthenticator(RootKey rootKey, AdminKeyLookup adminKeys, VirtualKeyLookup virtualKeys) {
    this.rootKey = rootKey;
    this.adminKeys = adminKeys;
    this.virtualKeys = virtualKeys;
  }

  @Override
  public Mono<Authentication> authenticate(Authentication presented) {
    return presented instanceof PresentedKey key ? authenticate(key) : Mono.error(unknown());
  }

  private Mono<Authentication> authenticate(PresentedKey presented) {
    String key = presented.key().reveal(SecretAccess.granted());
    if (presented.isForSelf() && OpaqueKey.isWellFormed(KeyKind.VIRTUAL_KEY, key)) {
      return virtualKeys
          .find(key)
          .switchIfEmpty(Mono.error(KeyAuthenticator::unknown))
          .map(holder -> authentication(holder, presented));
    }
    if (!OpaqueKey.isWellFormed(KeyKind.ADMIN_KEY, key)) {
      return Mono.error(unknown());
    }
    if (rootKey.matches(key)) {
      return Mono.just(new CallerAuthentication(root(presented)));
    }
    return adminKeys
        .find(key)
        .map(found -> found.orElseThrow(KeyAuthenticator::unknown))
        .map(holder -> new CallerAuthentication(caller(holder, presented)));
  }

  private static CallerAuthentication authentication(
      VirtualKeyHolder holder, PresentedKey presented) {
    return new CallerAuthentication(
        caller(holder, presented),
        holder.rights(),
        KeyRestrictions.refusal(holder.documents(), presented.address(), presented.isSecure())
            .orElse(null));
  }

  private static Caller root(PresentedKey presented) {
    return new Caller(
        CallerType.ROOT, "root", MemberRights.ROOT, presented.address(), presented.requestId());
  }

  private static Caller caller(AdminKeyHolder holder, PresentedKey presented) {
    return new Caller(
        CallerType.ADMIN_KEY,
        holder.id(),
        holder.rights(),
        presented.address(),
        presented.requestId());
  }

  /** The least of the roles, of which {@link Caller#holds} lets a virtual key use none. */
  private static Caller caller(VirtualKeyHolder holder, PresentedKey presented) {
    return new Caller(
        CallerType.VIRTUAL_KEY,
        holder.id(),
        new MemberRights(null, Role.VIEWER, holder.organizationId(), holder.projectIds(), Set.of()),
        presented.address(),
        presented.requestId());
  }

  private static BadCredentialsException unknown() {
    return new BadCredentialsException("unknown key");
  }
}
