package dev.tollgate.gateway.access;

import dev.tollgate.gateway.country.Countries;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.network.ClientConnection;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.NetworkAccess;
import dev.tollgate.gateway.policy.RequestOrigin;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** Lets no request on that comes from where its policies do not allow it to come from. */
final class NetworkAccessFilter extends StageFilter {

  private final Countries countries;
  private final Counter unknownCountries;

  NetworkAccessFilter(Countries countries, MeterRegistry meters) {
    super(PipelineStage.NETWORK_ACCESS);
    this.countries = countries;
    this.unknownCountries =
        Counter.builder("tollgate.country.unknown")
            .description("Requests under a rule on countries whose country is not known")
            .register(meters);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    AppliedPolicies policies = exchange.get(AppliedPolicies.KEY);
    ClientConnection client = exchange.get(ClientConnection.KEY);
    Rejection refusal = NetworkAccess.refusal(policies, origin(exchange, client, policies));
    return refusal == null ? next.proceed() : Mono.error(refusal.asException());
  }

  private RequestOrigin origin(
      GatewayExchange exchange, ClientConnection client, AppliedPolicies policies) {
    HttpHeaders headers = exchange.requestHeaders();
    return new RequestOrigin(
        client.address(),
        client.https(),
        NetworkAccess.nameCountries(policies) ? country(client) : null,
        only(headers.get(HttpHeaders.ORIGIN)),
        only(headers.get(HttpHeaders.REFERER)),
        only(headers.get(HttpHeaders.USER_AGENT)));
  }

  private @Nullable String country(ClientConnection client) {
    String country = countries.of(client.address());
    if (country == null) {
      unknownCountries.increment();
    }
    return country;
  }

  private static @Nullable String only(@Nullable List<String> values) {
    if (values == null || values.isEmpty()) {
      return null;
    }
    return values.size() == 1 ? values.getFirst() : "";
  }
}
