package dev.tollgate.gateway.observability;

import static java.util.Objects.requireNonNull;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.StateKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * One line and one timing per request. The line has no query (a key may stand in it) and no header.
 */
public final class AccessLog {

  /** Who called, as it stands in the log; set by the authentication stage. */
  public static final StateKey<String> CALLER = StateKey.named("caller in the access log");

  /** The client's address, as it stands in the log; set by the network's first filter. */
  public static final StateKey<String> CLIENT = StateKey.named("client in the access log");

  private static final Logger log = LoggerFactory.getLogger("tollgate.access");
  private static final int CLIENT_CLOSED_REQUEST = 499;
  private static final int LONGEST_SHOWN = 512;

  /** 1xx to 9xx, whatever a provider makes up. */
  private static final int STATUS_CLASSES = 10;

  private final MeterRegistry meters;
  private final EnumMap<Protocol, AtomicReferenceArray<Timer>> timers =
      new EnumMap<>(Protocol.class);

  public AccessLog(MeterRegistry meters) {
    this.meters = meters;
    for (Protocol protocol : Protocol.values()) {
      timers.put(protocol, new AtomicReferenceArray<>(STATUS_CLASSES));
    }
  }

  void ended(GatewayExchange exchange, boolean cancelled) {
    long nanos = System.nanoTime() - exchange.startNanos();
    int status = status(exchange, cancelled);
    timer(exchange.protocol(), status / 100).record(nanos, TimeUnit.NANOSECONDS);
    if (log.isInfoEnabled()) {
      log.info(line(exchange, status, nanos / 1_000_000, cancelled));
    }
  }

  private static String line(GatewayExchange exchange, int status, long millis, boolean cancelled) {
    ServerHttpRequest request = exchange.request();
    String line =
        request.getMethod().name()
            + ' '
            + request.getURI().getRawPath()
            + ' '
            + status
            + ' '
            + millis
            + "ms client="
            + orDash(exchange.find(CLIENT))
            + " caller="
            + orDash(printable(exchange.find(CALLER)))
            + " request="
            + exchange.requestId();
    return cancelled ? line + " client-gone" : line;
  }

  /**
   * A request that was refused before the first filter saw it.
   *
   * @param method null where it had not even a request line
   * @param rawPath as it came, without its query, or null; shown only where it can stand in a line
   */
  public static void refusedAtTheEdge(
      @Nullable String method, @Nullable String rawPath, int status, String requestId) {
    log.info(
        "{} {} {} 0ms caller=- request={} at-the-edge",
        orDash(printable(method)),
        orDash(printable(rawPath)),
        status,
        requestId);
  }

  /** Null for what is no plain text of bearable length: a line must stay one line. */
  private static @Nullable String printable(@Nullable String text) {
    if (text == null || text.isEmpty() || text.length() > LONGEST_SHOWN) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7F) {
        return null;
      }
    }
    return text;
  }

  private static int status(GatewayExchange exchange, boolean cancelled) {
    HttpStatusCode status = exchange.response().getStatusCode();
    if (status != null && (exchange.response().isCommitted() || !cancelled)) {
      return status.value();
    }
    return cancelled ? CLIENT_CLOSED_REQUEST : 200;
  }

  private static String orDash(@Nullable String value) {
    return value == null ? "-" : value;
  }

  /** Framework observations cost a fifth of a request; this costs a look into two arrays. */
  private Timer timer(Protocol protocol, int statusClass) {
    AtomicReferenceArray<Timer> ofProtocol = requireNonNull(timers.get(protocol));
    Timer known = ofProtocol.get(statusClass);
    if (known != null) {
      return known;
    }
    // the registry gives the same one to all who ask at once
    Timer timer =
        Timer.builder("tollgate.requests")
            .description("Requests, from their head to the end of their answer")
            .tag("protocol", protocol.id())
            .tag("status", statusClass + "xx")
            .publishPercentileHistogram()
            .register(meters);
    ofProtocol.set(statusClass, timer);
    return timer;
  }
}
