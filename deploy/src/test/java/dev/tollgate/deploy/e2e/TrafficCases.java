package dev.tollgate.deploy.e2e;

import static dev.tollgate.deploy.e2e.PolicyCall.chat;
import static dev.tollgate.deploy.e2e.PolicyCall.chatWithModel;
import static dev.tollgate.deploy.e2e.PolicyTrial.allows;
import static dev.tollgate.deploy.e2e.PolicyTrial.refuses;
import static java.util.Map.entry;

import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import java.util.List;
import java.util.Map;

/** Of {@code rate_limits.requests} and {@code tokens}, and of the requests of a model. */
final class TrafficCases {

  static final String CODE = "rate_limit_exceeded";

  private static final String REQUESTS = "/rate_limits/requests/";
  private static final String TOKENS = "/rate_limits/tokens/";

  static final Map<String, PolicyCase> ALL =
      Map.ofEntries(
          entry(REQUESTS + "per_second", limit("1000", "0")),
          entry(REQUESTS + "per_minute", limit("1000", "0")),
          entry(REQUESTS + "per_hour", limit("1000", "0")),
          entry(REQUESTS + "per_day", limit("1000", "0")),
          entry(
              REQUESTS + "burst_size",
              Decides.everywhere(wire ->
                  List.of(
                      allows("more than in a second", "20", chat(wire))
                          .beside(REQUESTS + "per_second", "1")
                          .twice(),
                      refuses("none at once", "0", chat(wire), 429, CODE)
                          .beside(REQUESTS + "per_second", "1000")))),
          entry(TOKENS + "input_per_minute", limit("1000000", "1")),
          entry(TOKENS + "output_per_minute", limit("1000000", "0")),
          entry(TOKENS + "total_per_day", limit("100000000", "1")),
          entry(
              "/permissions/models/limits/*/max_requests_per_day",
              Decides.everywhere(wire ->
                  List.of(
                      allows("enough", "1000", chatWithModel(wire, CostCases.MODEL)).twice(),
                      allows("of another model", "0", chat(wire)),
                      refuses("none", "0", chatWithModel(wire, CostCases.MODEL), 429, CODE)))));

  private TrafficCases() {}

  private static Decides limit(String enough, String tooLittle) {
    return Decides.everywhere(wire ->
        List.of(
            allows("enough", enough, chat(wire)),
            allows("enough for more", enough, chat(wire)).twice(),
            refuses("too little", tooLittle, chat(wire), 429, CODE)));
  }
}
