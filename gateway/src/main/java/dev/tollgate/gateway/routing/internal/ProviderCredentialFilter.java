package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.credentials.ProviderCredentials;
import dev.tollgate.gateway.credentials.ProviderCredentials.Opening;
import dev.tollgate.gateway.credentials.UpstreamCredential;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import java.util.List;
import reactor.core.publisher.Mono;

/** Has the chosen service's secrets opened. */
final class ProviderCredentialFilter extends StageFilter {

  /** The credentials to present, in the order in which they are tried. */
  static final StateKey<List<UpstreamCredential>> CREDENTIALS = StateKey.named("credentials");

  private final ProviderCredentials credentials;

  ProviderCredentialFilter(ProviderCredentials credentials) {
    super(PipelineStage.PROVIDER_CREDENTIAL);
    this.credentials = credentials;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    return credentials
        .open(exchange.get(ProjectSnapshot.KEY), exchange.get(ServiceSelection.KEY).service())
        .flatMap(opening -> proceed(opening, exchange, next));
  }

  private static Mono<Void> proceed(Opening opening, GatewayExchange exchange, Next next) {
    return switch (opening) {
      case Opening.Opened(List<UpstreamCredential> inOrder) -> {
        exchange.put(CREDENTIALS, inOrder);
        yield next.proceed();
      }
      case Opening.Refused(var rejection) -> Mono.error(rejection.asException());
    };
  }
}
