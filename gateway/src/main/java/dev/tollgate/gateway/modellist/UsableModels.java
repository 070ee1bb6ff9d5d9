package dev.tollgate.gateway.modellist;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.ModelAccess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one caller may use of what a project's services offer. */
sealed interface UsableModels {

  record Known(List<ModelEntry> models) implements UsableModels {

    @Nullable ModelEntry withId(String id) {
      return models.stream().filter(model -> model.id().equals(id)).findFirst().orElse(null);
    }
  }

  /** No provider answered, and no service names a model by itself. */
  record Unknown(Rejection reason) implements UsableModels {}

  /**
   * Decides.
   *
   * @param sources in the order in which services are chosen
   * @param policies all that stand over the caller; a model, and what an alias stands for, must
   *     pass each
   */
  static UsableModels of(
      List<ModelSource> sources, ModelDialect dialect, AppliedPolicies policies) {
    Map<String, OfferedModel> byId = new LinkedHashMap<>();
    for (ModelSource source : sources) {
      // The first service that has a name is the one that a request for it goes to, so a later one
      // must not bring back what the rules take from the first.
      source.offered(dialect).forEach(model -> byId.putIfAbsent(model.id(), model));
    }
    Rejection failure = byId.isEmpty() ? failureOfAll(sources) : null;
    return failure != null
        ? new Unknown(failure)
        : new Known(
            byId.values().stream()
                .filter(model -> isAllowed(model, policies))
                .map(OfferedModel::entry)
                .toList());
  }

  private static @Nullable Rejection failureOfAll(List<ModelSource> sources) {
    Rejection first = null;
    for (ModelSource source : sources) {
      switch (source.listing()) {
        case Listing.Listed listed -> {
          return null;
        }
        case Listing.Failed(Rejection reason) -> first = first == null ? reason : first;
      }
    }
    return first;
  }

  private static boolean isAllowed(OfferedModel model, AppliedPolicies policies) {
    String upstreamName = model.upstreamName();
    return ModelAccess.refusal(policies, model.id()) == null
        && (upstreamName == null || ModelAccess.refusal(policies, upstreamName) == null);
  }
}
