package dev.tollgate.gateway.audit.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.network.ClientConnection;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.AccessSink;
import dev.tollgate.gateway.usage.EventIds;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes down one request whose caller is known. */
final class RequestAudit {

  private static final int LONGEST_TEXT = 512;

  private final AccessSink accesses;
  private final InboxSink inbox;
  private final SeenPlaces seen;
  private final RefusalCounts refusals;
  private final InstantSource clock;

  RequestAudit(
      AccessSink accesses,
      InboxSink inbox,
      SeenPlaces seen,
      RefusalCounts refusals,
      InstantSource clock) {
    this.accesses = accesses;
    this.inbox = inbox;
    this.seen = seen;
    this.refusals = refusals;
    this.clock = clock;
  }

  /** Leaves an access row. */
  void log(GatewayExchange exchange, Ending ending) {
    Caller caller = exchange.get(Caller.KEY);
    Instant end = clock.instant();
    accesses.access(
        new AccessEvent(
            EventIds.next("evt_", end),
            end,
            exchange.requestId(),
            caller.organizationId(),
            projectId(exchange, caller),
            caller.keyId() != null,
            caller.id(),
            address(exchange),
            ending.outcome(),
            details(exchange, ending)));
  }

  private static Map<String, @Nullable Object> details(GatewayExchange exchange, Ending ending) {
    RequestContent content = exchange.find(RequestContent.KEY);
    ErrorCode code = ending.code();
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    details.put("method", exchange.request().getMethod().name());
    details.put("path", cut(exchange.request().getURI().getRawPath()));
    details.put("protocol", exchange.protocol().id());
    details.put("operation", RouteSettings.of(exchange).operation().id());
    details.put("model", content == null ? null : cut(content.model()));
    details.put("status", ending.status());
    details.put("code", code == null ? null : code.code());
    details.put(
        "latency_ms", Duration.ofNanos(System.nanoTime() - exchange.startNanos()).toMillis());
    return details;
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT);
  }

  /** Tells what of the request may be suspicious, alone or beside others. Of keys only. */
  void watch(GatewayExchange exchange, Ending ending) {
    Caller caller = exchange.get(Caller.KEY);
    if (caller.keyId() == null) {
      return;
    }
    ClientConnection client = exchange.find(ClientConnection.KEY);
    if (client != null) {
      seen.tell(caller.organizationId(), caller.keyId(), client.address(), () -> source(exchange));
    }
    if (ending.code() == ErrorCode.NONCE_REPLAYED) {
      inbox.tell(
          InboxEvent.securityEvent(
              caller.organizationId(), caller.keyId(), "nonce_replayed", source(exchange)));
    }
    if (ending.isForbidden()) {
      refusals.count(caller.organizationId(), caller.keyId(), source(exchange));
    }
  }

  private static Map<String, @Nullable Object> source(GatewayExchange exchange) {
    Map<String, @Nullable Object> source = new LinkedHashMap<>();
    source.put("project_id", projectId(exchange, exchange.get(Caller.KEY)));
    source.put("ip_address", address(exchange));
    source.put("request_id", exchange.requestId());
    return source;
  }

  private static @Nullable String address(GatewayExchange exchange) {
    ClientConnection client = exchange.find(ClientConnection.KEY);
    return client == null ? null : client.addressText();
  }

  private static @Nullable String projectId(GatewayExchange exchange, Caller caller) {
    ProjectSnapshot project = exchange.find(ProjectSnapshot.KEY);
    if (project != null) {
      return project.projectId();
    }
    List<String> usable = caller.projectIds();
    return usable.size() == 1 ? usable.getFirst() : null;
  }
}
