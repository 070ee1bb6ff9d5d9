package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.virtualkey.inheritance.EffectivePolicies;
import dev.tollgate.admin.virtualkey.inheritance.EffectivePolicies.StoredBefore;
import dev.tollgate.admin.virtualkey.inheritance.KeyPolicy;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What a key's policy comes to, with what it inherits and below what stands over it. */
@Component
class KeyPolicies {
  private final EffectivePolicies effective;
  private final ScopePolicyRepository ceilings;

  KeyPolicies(EffectivePolicies effective, ScopePolicyRepository ceilings) {
    this.effective = effective;
    this.ceilings = ceilings;
  }

  /**
   * The policy as it is to be stored.
   *
   * @param before the key as it is now; null: a new one
   * @return fails with 422 for what it names and the organization does not have, and for what, with
   *     what it inherits, exceeds a policy over it
   */
  Mono<KeyPolicy> judge(KeyScope scope, PolicyDocument policy, @Nullable StoredKey before) {
    return effective
        .resolve(
            scope.organizationId(),
            policy,
            before == null ? null : new StoredBefore(before.id(), before.policy()))
        .flatMap(judged -> refuseAboveCeiling(scope, judged).thenReturn(judged));
  }

  private Mono<Void> refuseAboveCeiling(KeyScope scope, KeyPolicy policy) {
    return ceilings
        .over(scope)
        .map(ceiling -> ModelCeiling.exceeded(policy.effective(), ceiling.document()))
        .filter(errors -> !errors.isEmpty())
        .next()
        .flatMap(errors -> Mono.error(ProblemException.unprocessable(errors)));
  }
}
