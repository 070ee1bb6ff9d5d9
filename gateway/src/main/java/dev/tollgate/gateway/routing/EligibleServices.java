package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.credentials.NamedCredentials;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of a project's services may serve a caller at all, whatever the model. */
public final class EligibleServices {

  private EligibleServices() {}

  /**
   * The services that speak {@code protocol} and serve {@code environment}, in the order in which
   * they are chosen.
   */
  public static List<ServiceSnapshot> of(
      ProjectSnapshot project, Protocol protocol, @Nullable String environment) {
    return project.services().stream()
        .filter(service -> service.protocols().contains(protocol))
        .filter(service -> serves(project, service, environment))
        .toList();
  }

  /** Whether service and credentials are for all environments or for the caller's. */
  public static boolean serves(
      ProjectSnapshot project, ServiceSnapshot service, @Nullable String environment) {
    CredentialSnapshot credential =
        service.credentialId() == null ? null : project.credentials().get(service.credentialId());
    return fits(service.environment(), environment)
        && (credential == null || fits(credential.environment(), environment))
        && NamedCredentials.of(project, service).values().stream()
            .allMatch(named -> fits(named.environment(), environment));
  }

  private static boolean fits(@Nullable String own, @Nullable String caller) {
    return own == null || own.equals(caller);
  }
}
