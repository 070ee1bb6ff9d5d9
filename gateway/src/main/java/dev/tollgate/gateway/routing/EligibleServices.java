package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.credentials.NamedCredentials;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.ProviderAccess;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of a project's services may serve a caller at all, whatever the model. */
public final class EligibleServices {

  private EligibleServices() {}

  /**
   * The services that speak {@code protocol}, serve {@code environment} and are allowed by {@code
   * policies}, in the order in which they are chosen.
   */
  public static List<ServiceSnapshot> of(
      ProjectSnapshot project,
      Protocol protocol,
      @Nullable String environment,
      AppliedPolicies policies) {
    return project.services().stream()
        .filter(service -> service.protocols().contains(protocol))
        .filter(service -> serves(project, service, environment))
        .filter(service -> isAllowed(service, policies))
        .toList();
  }

  /** Whether service and credentials are for all environments or for the caller's. */
  public static boolean serves(
      ProjectSnapshot project, ServiceSnapshot service, @Nullable String environment) {
    CredentialSnapshot credential =
        service.credentialId() == null ? null : project.credentials().get(service.credentialId());
    return fits(service.environment(), environment)
        && (credential == null || fits(credential.environment(), environment))
        && allNamedFit(project, service, environment);
  }

  private static boolean allNamedFit(
      ProjectSnapshot project, ServiceSnapshot service, @Nullable String environment) {
    for (CredentialSnapshot named : NamedCredentials.of(project, service).values()) {
      if (!fits(named.environment(), environment)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all of {@code policies} let a request go to {@code service}. */
  public static boolean isAllowed(ServiceSnapshot service, AppliedPolicies policies) {
    return ProviderAccess.refusal(policies, service.provider(), service.name()) == null;
  }

  private static boolean fits(@Nullable String own, @Nullable String caller) {
    return own == null || own.equals(caller);
  }
}
