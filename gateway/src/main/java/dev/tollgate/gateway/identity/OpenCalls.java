package dev.tollgate.gateway.identity;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.streaming.AnswerListing;

/** The streams on their way, by who called, so that they end when their caller may not go on. */
public interface OpenCalls {

  /** Where the stream that answers {@code exchange} is listed while it runs. */
  AnswerListing of(GatewayExchange exchange);
}
