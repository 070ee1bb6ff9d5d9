package dev.tollgate.gateway.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.country.Countries;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.network.ClientConnection;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.NetworkAccess;
import dev.tollgate.gateway.policy.RequestOrigin;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** Lets no request on that comes from where its policies do not allow it to come from. */
final class NetworkAccessFilter extends StageFilter {

  private static final Duration SAME_WORD = Duration.ofMinutes(1);
  private static final int REMEMBERED = 10_000;

  private final Countries countries;
  private final InboxSink inbox;
  private final Counter unknownCountries;

  /** Whose were told a moment ago: telling takes more than the whole check. */
  private final Cache<String, Boolean> told =
      Caffeine.newBuilder()
          .executor(Runnable::run) // cheaper than to wake a pool's thread every few reads
          .maximumSize(REMEMBERED)
          .expireAfterWrite(SAME_WORD)
          .build();

  NetworkAccessFilter(Countries countries, InboxSink inbox, MeterRegistry meters) {
    super(PipelineStage.NETWORK_ACCESS);
    this.countries = countries;
    this.inbox = inbox;
    this.unknownCountries =
        Counter.builder("tollgate.country.unknown")
            .description("Requests under a rule on countries whose country is not known")
            .register(meters);
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    AppliedPolicies policies = exchange.get(AppliedPolicies.KEY);
    ClientConnection client = exchange.get(ClientConnection.KEY);
    RequestOrigin origin = origin(exchange, client, policies);
    Rejection refusal = NetworkAccess.refusal(policies, origin);
    if (refusal != null) {
      return Mono.error(refusal.asException());
    }
    if (origin.country() == null && NetworkAccess.nameCountries(policies)) {
      tellOfUnknownCountry(exchange, client);
    }
    return next.proceed();
  }

  /** It passed a list of blocked countries only because nobody knows whether it is in one. */
  private void tellOfUnknownCountry(GatewayExchange exchange, ClientConnection client) {
    Caller caller = exchange.get(Caller.KEY);
    String projectId = exchange.get(ProjectSnapshot.KEY).projectId();
    String whose = caller.keyId() == null ? projectId : caller.keyId();
    if (told.asMap().putIfAbsent(whose, Boolean.TRUE) != null) {
      return;
    }
    inbox.tell(
        InboxEvent.securityEvent(
            caller.organizationId(),
            caller.keyId(),
            "unknown_country",
            Map.of(
                "project_id",
                projectId,
                "ip_address",
                client.addressText(),
                "request_id",
                exchange.requestId())));
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
    if (values == null) {
      return null;
    }
    // Each of these walks the wrappers that the server puts around a list.
    int count = values.size();
    return count == 0 ? null : count == 1 ? values.get(0) : "";
  }
}
