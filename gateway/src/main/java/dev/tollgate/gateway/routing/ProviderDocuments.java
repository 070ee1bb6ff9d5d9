package dev.tollgate.gateway.routing;

import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Documents that the gateway asks a provider for by itself, with the service's own credential and
 * no header of any client.
 */
public interface ProviderDocuments {

  /** A longer document is not read. */
  int MAX_BYTES = 4 * 1024 * 1024;

  /**
   * Gets one document.
   *
   * @param rawPath as a client of the service's protocol would ask for it, such as {@code
   *     /v1/models}
   * @param rawQuery without question mark; may be empty
   * @param headers beside those that every call has
   * @return the body of a 200 answer, at most {@link #MAX_BYTES} long; fails with a {@link
   *     dev.tollgate.gateway.error.RejectionException} for anything else, within ten seconds
   */
  Mono<byte[]> get(
      ProjectSnapshot project,
      ServiceSnapshot service,
      String rawPath,
      String rawQuery,
      Map<String, String> headers);
}
