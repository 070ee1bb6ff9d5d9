package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.usage.Admission;
import java.time.Instant;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/** Lets a request in. */
final class AdmissionFilter extends StageFilter {

  private final InstantSource clock;

  AdmissionFilter(InstantSource clock) {
    super(PipelineStage.ADMISSION);
    this.clock = clock;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    Instant at = clock.instant().minusNanos(System.nanoTime() - exchange.startNanos());
    exchange.put(Admission.KEY, Admission.unlimited(at));
    return next.proceed();
  }
}
