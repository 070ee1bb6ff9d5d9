package dev.tollgate.deploy.money;

import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Those who make calls, and meet the fate of each. */
final class Clients {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int MOST_AGAIN = 10;
  private static final String ENDED_EARLY = "ended early";

  private final BillingProvider provider;

  Clients(BillingProvider provider) {
    this.provider = provider;
  }

  /** Makes one call; a broken connection is a result as well. */
  Seen call(URI gateway, Tenant.Key key, Call call) {
    provider.expect(call);
    long sent = System.nanoTime();
    try (Exchange exchange = Exchange.open(gateway, key.token(), call)) {
      exchange.whenWordComes(() -> provider.arrived(call));
      int status = leavesEarly(exchange, call) ? Seen.NO_ANSWER : exchange.status();
      long answered = System.nanoTime();
      String code = status == Seen.NO_ANSWER ? "" : read(exchange, call, status);
      long left = System.nanoTime();
      boolean streams = status == 200 && call.streamed();
      Duration took = Duration.ofNanos((streams ? answered : left) - sent);
      return new Seen(call, key, status, code, took, sent, left);
    } catch (IOException e) {
      long left = System.nanoTime();
      Duration took = Duration.ofNanos(left - sent);
      return new Seen(call, key, Seen.BROKEN, e.toString(), took, sent, left);
    }
  }

  /** Waits for the provider to have the call, or for it to be refused. */
  private boolean leavesEarly(Exchange exchange, Call call) throws IOException {
    if (call.fate() != Fate.LEFT_EARLY) {
      return false;
    }
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> provider.saw(call.id()) || exchange.isAnswered());
    return !exchange.isAnswered();
  }

  private static String read(Exchange exchange, Call call, int status) throws IOException {
    if (status == 200 && call.fate() == Fate.LEFT) {
      return exchange.readWords(call.until()) ? "" : ENDED_EARLY;
    }
    try {
      String body = exchange.rest();
      String code = codeIn(body);
      boolean isCut =
          status == 200 && call.streamed() && !body.contains(call.dialect().lastEvent());
      return code.isEmpty() && isCut ? ENDED_EARLY : code;
    } catch (IOException e) {
      if (status == 200 && call.fate() == Fate.CUT) {
        return "cut";
      }
      throw e;
    }
  }

  private static String codeIn(String body) {
    String name = "\"code\":\"";
    int code = body.lastIndexOf(name) + name.length();
    return code < name.length() ? "" : body.substring(code, body.indexOf('"', code));
  }

  /** Asks again as the answer 503 says, which a busy machine gives to keys that it must look up. */
  private Seen callUntilServed(URI gateway, Tenant.Key key, Call call) {
    Seen seen = call(gateway, key, call);
    for (int again = 1; seen.status() == 503 && again <= MOST_AGAIN; again++) {
      seen = call(gateway, key, call.again(again));
    }
    return seen;
  }

  /** All at once, alternately at each gateway and with each of the keys. */
  List<Seen> callAll(List<URI> gateways, List<Tenant.Key> keys, List<Call> calls) {
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Seen>> seen = new ArrayList<>();
      for (int i = 0; i < calls.size(); i++) {
        URI gateway = gateways.get(i % gateways.size());
        Tenant.Key key = keys.get(i / gateways.size() % keys.size());
        Call call = calls.get(i);
        seen.add(clients.submit(() -> callUntilServed(gateway, key, call)));
      }
      return seen.stream().map(Clients::result).toList();
    }
  }

  static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
