package dev.tollgate.gateway.bodies.internal;

import dev.tollgate.crypto.envelope.WrappedDataKey;
import dev.tollgate.gateway.bodies.BodiesProperties;
import dev.tollgate.gateway.bodies.BodyCopy;
import dev.tollgate.gateway.bodies.BodyRecording;
import dev.tollgate.gateway.bodies.BodySink;
import dev.tollgate.gateway.bodies.KeptBody;
import dev.tollgate.gateway.bodies.KeptBody.Part;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.DataAccess;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.usage.EventIds;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/**
 * Copies bodies as they pass, where a policy asks for it. What a WebSocket says is no body, and is
 * not kept.
 */
final class BodyRecordingFilter extends StageFilter {

  private static final Logger log = LoggerFactory.getLogger(BodyRecordingFilter.class);

  private final BodySink sink;
  private final int longest;
  private final InstantSource clock;

  BodyRecordingFilter(BodySink sink, BodiesProperties properties, InstantSource clock) {
    super(PipelineStage.BODY_RECORDING);
    this.sink = sink;
    this.longest = (int) properties.longest().toBytes();
    this.clock = clock;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    AppliedPolicies policies = exchange.get(AppliedPolicies.KEY);
    boolean request = DataAccess.keepsRequest(policies);
    boolean response = DataAccess.keepsResponse(policies);
    if ((!request && !response) || RouteSettings.of(exchange).webSocket()) {
      return next.proceed();
    }
    WrappedDataKey dataKey = exchange.get(ProjectSnapshot.KEY).dataKey();
    if (dataKey == null) {
      log.error(
          "Request {}: its bodies are not kept, its project has no data key", exchange.requestId());
      return next.proceed();
    }
    BodyRecording recording =
        new BodyRecording(
            request ? new BodyCopy(sink, longest) : null,
            response ? new BodyCopy(sink, longest) : null);
    exchange.put(BodyRecording.KEY, recording);
    copyRequest(exchange, recording.request());
    return next.proceed().doFinally(signal -> keep(exchange, recording, dataKey));
  }

  private static void copyRequest(GatewayExchange exchange, @Nullable BodyCopy copy) {
    if (copy == null) {
      return;
    }
    RequestContent content = exchange.get(RequestContent.KEY);
    switch (content.body()) {
      case Body.None() -> {}
      case Body.Whole(WholeBody body) -> copyWhole(body, copy);
      case Body.Passing passing ->
          exchange.put(RequestContent.KEY, content.withBody(passing.seenBy(copy::passed)));
    }
  }

  private static void copyWhole(WholeBody body, BodyCopy copy) {
    if (body.enter()) {
      try {
        copy.passed(body.bytes());
      } finally {
        body.leave();
      }
    }
  }

  private void keep(GatewayExchange exchange, BodyRecording recording, WrappedDataKey dataKey) {
    Instant now = clock.instant();
    HttpHeaders sent = exchange.requestHeaders();
    HttpHeaders answered = exchange.response().getHeaders();
    keep(exchange, recording.request(), Part.REQUEST, sent, now, dataKey);
    keep(exchange, recording.response(), Part.RESPONSE, answered, now, dataKey);
  }

  private void keep(
      GatewayExchange exchange,
      @Nullable BodyCopy copy,
      Part part,
      HttpHeaders headers,
      Instant now,
      WrappedDataKey dataKey) {
    if (copy == null) {
      return;
    }
    BodyCopy.Taken taken = copy.take();
    // Of a body that there was no room for, nothing is worth storing.
    if (taken.bytes().length == 0) {
      return;
    }
    Caller caller = exchange.get(Caller.KEY);
    sink.keep(
        new KeptBody(
            EventIds.next("bod_", now),
            now,
            exchange.requestId(),
            caller.organizationId(),
            exchange.get(ProjectSnapshot.KEY).projectId(),
            caller.keyId(),
            caller.tokenId(),
            part,
            dataKey,
            headers.getFirst(HttpHeaders.CONTENT_TYPE),
            headers.getFirst(HttpHeaders.CONTENT_ENCODING),
            taken.bytes(),
            taken.truncated()));
  }
}
