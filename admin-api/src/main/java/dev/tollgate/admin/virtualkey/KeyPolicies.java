package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.problem.FieldError;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.virtualkey.inheritance.EffectivePolicies;
import dev.tollgate.admin.virtualkey.inheritance.EffectivePolicies.StoredBefore;
import dev.tollgate.admin.virtualkey.inheritance.KeyPolicy;
import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import dev.tollgate.admin.virtualkey.policy.PolicyLevels;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What a key's policy comes to, with what it inherits and below what stands over it. */
@Component
class KeyPolicies {
  private static final int MAX_ERRORS = 100;

  private final EffectivePolicies effective;
  private final ScopePolicyRepository ceilings;
  private final ProviderCatalogue providers;

  KeyPolicies(
      EffectivePolicies effective, ScopePolicyRepository ceilings, ProviderCatalogue providers) {
    this.effective = effective;
    this.ceilings = ceilings;
    this.providers = providers;
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
        .flatMapIterable(
            ceiling -> PolicyLevels.exceeded(policy.effective(), ceiling.document(), this::isKind))
        .map(error -> whereWritten(policy.document(), error))
        .distinct()
        .take(MAX_ERRORS)
        .collectList()
        .filter(errors -> !errors.isEmpty())
        .flatMap(errors -> Mono.error(ProblemException.unprocessable(errors)));
  }

  private boolean isKind(String provider) {
    return providers.find(provider).isPresent();
  }

  /** An override hides the value that stands in its place. */
  private static FieldError whereWritten(PolicyDocument written, FieldError error) {
    String override = error.pointer().replaceFirst("^/permissions/", "/permissions/overrides/");
    return !override.equals(error.pointer()) && written.says(override)
        ? new FieldError(override, error.code(), error.message())
        : error;
  }

  /**
   * What holds for a key in sum: its own policy with what it inherits, and those of its
   * organization, its team and its project.
   *
   * @param projectId of which of several projects; null: of the only one, else of none
   * @return fails with 404 for a project in which the key does not hold
   */
  Mono<ObjectNode> sum(StoredKey key, @Nullable String projectId) {
    List<String> own = key.scope().projectIds();
    if (projectId != null && own != null && !own.contains(projectId)) {
      return Mono.error(ProblemException.notFound());
    }
    String project = projectId == null ? key.scope().onlyProject() : projectId;
    KeyScope scope =
        new KeyScope(
            key.scope().organizationId(),
            key.scope().teamId(),
            key.scope().userId(),
            project == null ? null : List.of(project));
    return ceilings
        .over(scope)
        .collectList()
        .doOnNext(levels -> refuseForeign(levels, scope))
        .zipWith(effective.of(key.id()), KeyPolicies::sum);
  }

  private static void refuseForeign(List<ScopePolicy> levels, KeyScope scope) {
    boolean allThere =
        scope.projectIds() == null
            || levels.stream().anyMatch(level -> scope.projectIds().contains(level.id()));
    if (!allThere
        || !levels.stream()
            .allMatch(level -> level.organizationId().equals(scope.organizationId()))) {
      throw ProblemException.notFound();
    }
  }

  private static ObjectNode sum(List<ScopePolicy> levels, ObjectNode own) {
    return levels.stream()
        .map(ScopePolicy::document)
        .reduce(PolicyLevels::sum)
        .map(above -> PolicyLevels.sum(above, own))
        .orElse(own);
  }
}
