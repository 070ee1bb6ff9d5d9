package dev.tollgate.gateway.observability;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.StateKey;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;

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

  private final MeterRegistry meters;
  private final ConcurrentHashMap<String, Timer> timers = new ConcurrentHashMap<>();

  public AccessLog(MeterRegistry meters) {
    this.meters = meters;
  }

  void ended(GatewayExchange exchange, boolean cancelled) {
    long nanos = System.nanoTime() - exchange.startNanos();
    int status = status(exchange, cancelled);
    timer(exchange.protocol().id(), status / 100).record(Duration.ofNanos(nanos));
    if (log.isInfoEnabled()) {
      log.info(
          "{} {} {} {}ms client={} caller={} request={}{}",
          exchange.request().getMethod(),
          exchange.request().getURI().getRawPath(),
          status,
          nanos / 1_000_000,
          orDash(exchange.find(CLIENT)),
          orDash(exchange.find(CALLER)),
          exchange.requestId(),
          cancelled ? " client-gone" : "");
    }
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
    return text != null
            && !text.isEmpty()
            && text.length() <= LONGEST_SHOWN
            && text.chars().allMatch(c -> c > ' ' && c < 0x7F)
        ? text
        : null;
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

  /** Framework observations cost a fifth of a request; this costs a map look-up. */
  private Timer timer(String protocol, int statusClass) {
    return timers.computeIfAbsent(
        protocol + statusClass,
        key ->
            Timer.builder("tollgate.requests")
                .description("Requests, from their head to the end of their answer")
                .tag("protocol", protocol)
                .tag("status", statusClass + "xx")
                .publishPercentileHistogram()
                .register(meters));
  }
}
