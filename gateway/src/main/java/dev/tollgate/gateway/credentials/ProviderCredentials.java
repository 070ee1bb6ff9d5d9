package dev.tollgate.gateway.credentials;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.util.List;
import reactor.core.publisher.Mono;

/** Opens what a service presents to its provider. */
public interface ProviderCredentials {

  /** Emits one value and no error; at once where the secrets were opened a short time ago. */
  Mono<Opening> open(ProjectSnapshot project, ServiceSnapshot service);

  /** The outcome of opening a service's secrets. */
  sealed interface Opening {

    /**
     * @param inOrder the current credential, then those kept as fallback for when the provider
     *     refuses it; at least one
     */
    record Opened(List<UpstreamCredential> inOrder) implements Opening {}

    /** They do not open, or may not be sent where the service wants them. */
    record Refused(Rejection rejection) implements Opening {}
  }
}
