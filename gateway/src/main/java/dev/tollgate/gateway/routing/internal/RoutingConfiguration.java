package dev.tollgate.gateway.routing.internal;

import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.keyset.KeyEncryptionKeys;
import dev.tollgate.gateway.credentials.CredentialOpener;
import dev.tollgate.gateway.credentials.CryptoProperties;
import dev.tollgate.gateway.credentials.DataKeys;
import dev.tollgate.gateway.credentials.ProviderCredentials;
import dev.tollgate.gateway.identity.OpenCalls;
import dev.tollgate.gateway.inspection.BodyMemory;
import dev.tollgate.gateway.inspection.InspectionProperties;
import dev.tollgate.gateway.inspection.RequestInspectionFilter;
import dev.tollgate.gateway.network.OutboundAddressGuard;
import dev.tollgate.gateway.observability.GatewayErrorHandler;
import dev.tollgate.gateway.routing.RoutesProperties;
import dev.tollgate.gateway.routing.UpstreamProperties;
import dev.tollgate.gateway.streaming.OpenAnswers;
import dev.tollgate.gateway.usage.InboxSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.WebFilter;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

  private static final int MOST_WAITING_BODIES = 256;
  private static final int IDLE_SECONDS = 60;

  @Bean
  YamlRouteLocator yamlRouteLocator(RoutesProperties properties, ApplicationEventPublisher events) {
    return new YamlRouteLocator(
        new RouteFiles(properties.location()),
        properties.pollEvery(),
        Schedulers.boundedElastic(),
        events);
  }

  @Bean
  IndexedRouteMapping routePredicateHandlerMapping(
      FilteringWebHandler handler,
      RouteLocator routes,
      GlobalCorsProperties cors,
      Environment environment) {
    return new IndexedRouteMapping(handler, routes, cors, environment);
  }

  @Bean
  HttpHandler httpHandler(
      ObjectProvider<WebFilter> filters,
      IndexedRouteMapping routes,
      GatewayErrorHandler errors,
      ApplicationContext context) {
    RouteHttpHandler handler =
        new RouteHttpHandler(filters.orderedStream().toList(), routes::handle, errors);
    handler.setApplicationContext(context);
    return handler;
  }

  @Bean
  BodyMemory bodyMemory(InspectionProperties properties, MeterRegistry meters) {
    BodyMemory memory = new BodyMemory(properties.mostHeld());
    meters.gauge("tollgate.bodies.held.bytes", memory, BodyMemory::heldBytes);
    return memory;
  }

  /** For what would take too long on an event loop. */
  @Bean(destroyMethod = "dispose")
  Scheduler inspectionScheduler() {
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    return Schedulers.newBoundedElastic(
        threads, MOST_WAITING_BODIES, "tollgate-inspection", IDLE_SECONDS, true);
  }

  @Bean
  RequestInspectionFilter requestInspectionFilter(
      InspectionProperties properties, BodyMemory memory, Scheduler inspectionScheduler) {
    return new RequestInspectionFilter(properties, memory, inspectionScheduler);
  }

  @Bean
  ModelAccessFilter modelAccessFilter() {
    return new ModelAccessFilter();
  }

  @Bean
  FeatureAccessFilter featureAccessFilter() {
    return new FeatureAccessFilter();
  }

  @Bean
  ProviderSelectionFilter providerSelectionFilter() {
    return new ProviderSelectionFilter();
  }

  @Bean
  DataKeys dataKeys(CryptoProperties crypto) {
    Envelope envelope = new Envelope(KeyEncryptionKeys.load(crypto.keysetFile()));
    return new DataKeys(envelope, crypto.openedFor());
  }

  @Bean
  ProviderCredentials providerCredentials(
      DataKeys dataKeys, CryptoProperties crypto, InstantSource clock) {
    return new CredentialOpener(dataKeys, clock, crypto.openedFor());
  }

  @Bean
  ProviderCredentialFilter providerCredentialFilter(ProviderCredentials credentials) {
    return new ProviderCredentialFilter(credentials);
  }

  @Bean(destroyMethod = "close")
  ProviderClients providerClients(UpstreamProperties properties, OutboundAddressGuard guard) {
    return new ProviderClients(properties, guard::install);
  }

  @Bean
  ProviderGet providerGet(
      ProviderClients clients, ProviderCredentials credentials, InboxSink inbox) {
    return new ProviderGet(clients, credentials, inbox, Duration.ofSeconds(10));
  }

  @Bean
  ProviderCallFilter providerCallFilter(
      ProviderClients clients,
      UpstreamProperties properties,
      OpenAnswers open,
      OpenCalls calls,
      InboxSink inbox,
      BodyMemory memory,
      InspectionProperties inspection) {
    return new ProviderCallFilter(
        clients,
        new AnswerWriter(properties.joinUpTo(), open, calls, inbox),
        new RealtimeCall(clients, inbox, open, calls, memory, inspection.maxMessage()));
  }
}
