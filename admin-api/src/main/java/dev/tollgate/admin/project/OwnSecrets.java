package dev.tollgate.admin.project;

import reactor.core.publisher.Mono;

/** Where what a project keeps secret is sealed; whoever seals it provides this. */
@FunctionalInterface
public interface OwnSecrets {

  /**
   * Makes a new project able to keep secrets, in the transaction that makes it: gateways seal
   * bodies for it, but can make no key.
   */
  Mono<Void> prepare(Scope project);
}
