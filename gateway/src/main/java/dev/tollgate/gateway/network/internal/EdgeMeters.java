package dev.tollgate.gateway.network.internal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what ends before Spring sees it. */
final class EdgeMeters {

  private final MeterRegistry registry;
  private final Counter overAll;
  private final Counter overPerAddress;
  private final Counter silent;
  private final Counter withoutProxyHeader;

  EdgeMeters(MeterRegistry registry) {
    this.registry = registry;
    this.overAll = closed(registry, "max_connections");
    this.overPerAddress = closed(registry, "max_connections_per_address");
    this.silent = closed(registry, "no_request");
    this.withoutProxyHeader = closed(registry, "no_proxy_header");
  }

  private static Counter closed(MeterRegistry registry, String reason) {
    return Counter.builder("tollgate.edge.connections.closed")
        .description("Connections closed without an answer")
        .tag("reason", reason)
        .register(registry);
  }

  void tooManyConnections() {
    overAll.increment();
  }

  void tooManyConnectionsOfAddress() {
    overPerAddress.increment();
  }

  void silentConnection() {
    silent.increment();
  }

  void noProxyHeader() {
    withoutProxyHeader.increment();
  }

  /**
   * @param status what the client was told; one of a handful
   */
  void requestRefused(int status) {
    Counter.builder("tollgate.edge.requests.refused")
        .description("Requests refused before they reach the pipeline")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }
}
