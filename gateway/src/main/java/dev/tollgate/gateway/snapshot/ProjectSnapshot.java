package dev.tollgate.gateway.snapshot;

import dev.tollgate.crypto.envelope.WrappedDataKey;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.policy.CompiledPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A project with all that its requests may need.
 *
 * @param policies its organization's document and its own
 * @param tokensRevokedBefore project tokens issued before this instant are refused
 * @param revokedTokenIds ids of single revoked tokens that have not expired yet
 * @param services the services linked to it, by priority number, then name
 * @param credentials what these services may refer to, by credential id
 * @param dataKey what its bodies are sealed under
 * @param unknownPrice what a request is charged whose model has no price
 */
public record ProjectSnapshot(
    String projectId,
    String organizationId,
    List<CompiledPolicy> policies,
    @Nullable Instant tokensRevokedBefore,
    Set<String> revokedTokenIds,
    List<ServiceSnapshot> services,
    Map<String, CredentialSnapshot> credentials,
    @Nullable WrappedDataKey dataKey,
    UnknownPrice unknownPrice) {

  /** One that serves models without a price. */
  public ProjectSnapshot(
      String projectId,
      String organizationId,
      List<CompiledPolicy> policies,
      @Nullable Instant tokensRevokedBefore,
      Set<String> revokedTokenIds,
      List<ServiceSnapshot> services,
      Map<String, CredentialSnapshot> credentials,
      @Nullable WrappedDataKey dataKey) {
    this(
        projectId,
        organizationId,
        policies,
        tokensRevokedBefore,
        revokedTokenIds,
        services,
        credentials,
        dataKey,
        UnknownPrice.ALLOW);
  }

  /** The project in whose name a request is served; set by the project selection stage. */
  public static final StateKey<ProjectSnapshot> KEY = StateKey.named("project");

  public @Nullable ServiceSnapshot service(String name) {
    for (ServiceSnapshot service : services) {
      if (service.name().equals(name)) {
        return service;
      }
    }
    return null;
  }

  /** The credential of that name: the project's own, else its organization's. */
  public @Nullable CredentialSnapshot credentialNamed(String name) {
    CredentialSnapshot shared = null;
    for (CredentialSnapshot credential : credentials.values()) {
      if (credential.name().equals(name)) {
        if (credential.projectId() != null) {
          return credential;
        }
        shared = credential;
      }
    }
    return shared;
  }

  /**
   * The credential that a placeholder of a header template stands for: of that whole name, else of
   * the name before the last dot. Names may hold dots themselves, so the admin API and the gateway
   * look in the same order.
   */
  public @Nullable CredentialSnapshot credentialOf(String placeholder) {
    CredentialSnapshot whole = credentialNamed(placeholder);
    int dot = placeholder.lastIndexOf('.');
    return whole != null || dot <= 0 ? whole : credentialNamed(placeholder.substring(0, dot));
  }
}
