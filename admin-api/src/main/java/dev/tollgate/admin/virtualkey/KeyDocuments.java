package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.virtualkey.inheritance.KeyPolicy;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * Judges a key's document against what there is: its scope, its members, what it inherits and the
 * ceilings over it.
 */
@Component
class KeyDocuments {
  private final KeyScopes scopes;
  private final KeyPolicies policies;
  private final KeyMembers members;

  KeyDocuments(KeyScopes scopes, KeyPolicies policies, KeyMembers members) {
    this.scopes = scopes;
    this.policies = policies;
    this.members = members;
  }

  /** A document that can be stored. */
  record Judged(KeyScope scope, KeyPolicy policy) {}

  /** Of a key to be; fails with 403, 404 or 422 if there can be no such key. */
  Mono<Judged> judge(Caller caller, PolicyDocument policy) {
    return scopes
        .resolve(caller, policy)
        .flatMap(scope ->
            members
                .check(caller, scope.organizationId(), policy.members())
                .then(Mono.defer(() -> judged(scope, policy, null))));
  }

  /**
   * Of a key that is there. What a patch leaves alone is not judged again: a project in the scope
   * may be gone by now, a member be less.
   */
  Mono<Judged> judgeAgain(Caller caller, StoredKey before, PolicyDocument policy) {
    return scopeOf(caller, before, policy)
        .flatMap(scope ->
            checkNewMembers(caller, before, policy)
                .then(Mono.defer(() -> judged(scope, policy, before))));
  }

  /** What holds for a key in sum; see {@link KeyPolicies#sum}. */
  Mono<ObjectNode> sum(StoredKey key, @Nullable String projectId) {
    return policies.sum(key, projectId);
  }

  private Mono<Judged> judged(KeyScope scope, PolicyDocument policy, @Nullable StoredKey before) {
    return policies.judge(scope, policy, before).map(found -> new Judged(scope, found));
  }

  private Mono<KeyScope> scopeOf(Caller caller, StoredKey before, PolicyDocument policy) {
    PolicyDocument old = before.policy();
    boolean kept =
        policy.organizationId().equals(old.organizationId())
            && policy.teamId().equals(old.teamId())
            && policy.projects().equals(old.projects());
    return kept ? Mono.just(before.scope()) : scopes.resolve(caller, policy);
  }

  private Mono<Void> checkNewMembers(Caller caller, StoredKey before, PolicyDocument policy) {
    return policy.members().equals(before.policy().members())
        ? Mono.empty()
        : members.check(caller, before.scope().organizationId(), policy.members());
  }
}
