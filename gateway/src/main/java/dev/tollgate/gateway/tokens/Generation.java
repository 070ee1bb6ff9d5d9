package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.RouteSettings;
import java.util.List;
import java.util.Locale;

/** Which requests have a model read or write, so that a provider charges tokens for them. */
public final class Generation {

  /** Anthropic's, Gemini's and OpenAI's ways to have a prompt counted, for nothing. */
  private static final List<String> COUNTING =
      List.of("/count_tokens", ":counttokens", "/input_tokens");

  private Generation() {}

  /**
   * Whether it does, as far as can be told: what is not known not to is taken to. Requests without
   * a body only look at what is there.
   */
  public static boolean isAskedFor(GatewayExchange exchange) {
    if (exchange.get(RequestContent.KEY).body() instanceof Body.None) {
      return RouteSettings.of(exchange).operation() == Operation.REALTIME;
    }
    return switch (RouteSettings.of(exchange).operation()) {
      case FILES, BATCHES, MODELS -> false;
      default -> !counts(exchange.request().getURI().getRawPath());
    };
  }

  private static boolean counts(String rawPath) {
    String path = rawPath.toLowerCase(Locale.ROOT);
    for (String ending : COUNTING) {
      if (path.endsWith(ending)) {
        return true;
      }
    }
    return false;
  }
}
