package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.routing.EligibleServices;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ServedModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service chosen for a request.
 *
 * @param upstreamModel what the provider calls the requested model, where that differs
 */
record ServiceSelection(ServiceSnapshot service, @Nullable String upstreamModel) {

  /** Set by the provider selection stage. */
  static final StateKey<ServiceSelection> KEY = StateKey.named("service selection");

  /**
   * The first service, by priority number and then name, that speaks {@code protocol}, serves
   * {@code environment}, is allowed and serves {@code model}; null if there is none.
   */
  static @Nullable ServiceSelection byModel(
      ProjectSnapshot project,
      Protocol protocol,
      @Nullable String environment,
      AppliedPolicies policies,
      @Nullable String model) {
    for (ServiceSnapshot service : project.services()) {
      if (service.protocols().contains(protocol)
          && EligibleServices.serves(project, service, environment)
          && EligibleServices.isAllowed(service, policies)) {
        ServiceSelection selection = serving(service, model);
        if (selection != null) {
          return selection;
        }
      }
    }
    return null;
  }

  /** The service of that name, if it serves {@code environment} and {@code model}. */
  static @Nullable ServiceSelection byName(
      ProjectSnapshot project, String name, @Nullable String environment, @Nullable String model) {
    ServiceSnapshot service = project.service(name);
    return service != null && EligibleServices.serves(project, service, environment)
        ? serving(service, model)
        : null;
  }

  /** The same service chosen for {@code model}; null if it does not serve that. */
  static @Nullable ServiceSelection serving(ServiceSnapshot service, @Nullable String model) {
    List<ServedModel> models = service.models();
    if (models == null || model == null) {
      return new ServiceSelection(service, null);
    }
    for (ServedModel served : models) {
      if (served.serves(model)) {
        return new ServiceSelection(service, served.upstreamName());
      }
    }
    return null;
  }
}
