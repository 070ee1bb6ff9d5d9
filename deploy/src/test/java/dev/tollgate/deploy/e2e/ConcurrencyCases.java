package dev.tollgate.deploy.e2e;

import static dev.tollgate.deploy.e2e.PolicyCall.chat;
import static dev.tollgate.deploy.e2e.PolicyCall.streamedChat;
import static dev.tollgate.deploy.e2e.PolicyTrial.allows;
import static dev.tollgate.deploy.e2e.PolicyTrial.refuses;
import static java.util.Map.entry;

import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import dev.tollgate.deploy.e2e.PolicyCase.Does;
import java.util.List;
import java.util.Map;

/** Of {@code rate_limits.concurrency}, and who goes first. */
final class ConcurrencyCases {

  private static final String CONCURRENCY = "/rate_limits/concurrency/";
  private static final String CODE = ConcurrencyEffects.CODE;

  static final Map<String, PolicyCase> ALL =
      Map.ofEntries(
          entry(
              CONCURRENCY + "max_parallel_requests",
              Decides.everywhere(wire ->
                  List.of(
                      allows("the only one", "1", chat(wire)),
                      allows("one after the other", "1", chat(wire)).twice(),
                      allows("a stream after the other", "1", streamedChat(wire)).twice(),
                      refuses("none allowed", "0", chat(wire), 429, CODE)))),
          entry(
              CONCURRENCY + "max_queued_requests",
              new Does("lets so many wait", ConcurrencyEffects::letsSoManyWait)),
          entry(
              CONCURRENCY + "max_queue_wait",
              new Does("lets them wait so long", ConcurrencyEffects::letsThemWaitSoLong)),
          entry(
              "/permissions/advanced_features/priority_queue",
              new Does("goes before others", ConcurrencyEffects::letsItsRequestsGoFirst)));

  private ConcurrencyCases() {}
}
