package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.QuotaHeaders;
import dev.tollgate.gateway.admission.QuotaReachedException;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.pipeline.AnswerHeaders;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RestOfWay;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.UsageMeter;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lets a request through every limit that stands over it, or through none. What limiters have taken
 * for it is settled with its usage row; of a request that never came to a provider all is given
 * back here.
 */
final class AdmissionFilter extends StageFilter {

  private final List<Limiter> limiters;
  private final TermsReader terms;
  private final long longestStep;
  private final InstantSource clock;

  /**
   * @param limiters in the order in which they are asked
   * @param clock tells which windows requests count in, and their rows with them
   */
  AdmissionFilter(
      List<Limiter> limiters, TermsReader terms, long longestStep, InstantSource clock) {
    super(PipelineStage.ADMISSION);
    this.limiters = List.copyOf(limiters);
    this.terms = terms;
    this.longestStep = longestStep;
    this.clock = clock;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    Instant at = arrival(exchange);
    List<LimitRules> rules = exchange.get(AppliedPolicies.KEY).limits();
    if (rules.isEmpty() && exchange.get(Caller.KEY).maxCostMicroUsd() == null) {
      exchange.put(Admission.KEY, Admission.unlimited(at, () -> terms.most(exchange, at, null)));
      return next.proceed();
    }
    return terms.read(exchange, rules, at).flatMap(read -> admit(exchange, read, next));
  }

  /** As exact as rows can say it: they are counted in the windows that this lies in. */
  private Instant arrival(GatewayExchange exchange) {
    return clock
        .instant()
        .minusNanos(System.nanoTime() - exchange.startNanos())
        .truncatedTo(ChronoUnit.MICROS);
  }

  private Mono<Void> admit(GatewayExchange exchange, Terms read, Next next) {
    RequestAdmission admission =
        new RequestAdmission(
            read, tokens -> terms.most(exchange, read.demand().at(), tokens), longestStep);
    exchange.put(Admission.KEY, admission);
    Mono<Void> admitted =
        new Convoy(limiters, read.demand(), admission, System::nanoTime)
            .pass()
            .onErrorResume(
                RejectionException.class, refusal -> refused(exchange, read.demand(), refusal))
            .then(
                Mono.defer(() -> {
                  tell(exchange, admission.quotas());
                  return next.proceed();
                }));
    return RestOfWay.watched(admitted, new Ending(exchange, admission));
  }

  /** Tells of the quotas over a request that none of the limiters has taken from. */
  private Mono<Void> refused(GatewayExchange exchange, Demand demand, RejectionException refusal) {
    return quotas(demand, refusal)
        .onErrorComplete()
        .doOnNext(quotas -> tell(exchange, quotas))
        .then(Mono.error(refusal));
  }

  /** Those that limits of requests at once have refused are not known to the limiters behind. */
  private Mono<List<Quota>> quotas(Demand demand, RejectionException refusal) {
    if (refusal instanceof QuotaReachedException reached) {
      return Mono.just(reached.quotas());
    }
    if (refusal.rejection().code() != ErrorCode.CONCURRENCY_LIMIT_EXCEEDED) {
      return Mono.empty();
    }
    return Flux.fromIterable(limiters)
        .concatMap(limiter -> limiter.quotas(demand))
        .flatMapIterable(quotas -> quotas)
        .collectList();
  }

  private void tell(GatewayExchange exchange, List<Quota> quotas) {
    if (!quotas.isEmpty()) {
      exchange.put(
          AnswerHeaders.KEY, QuotaHeaders.of(exchange.protocol(), quotas, clock.instant()));
    }
  }

  /** Whoever called a provider settles; gives whether nobody did. */
  private static boolean releaseUnlessCalled(GatewayExchange exchange, RequestAdmission admission) {
    UsageMeter meter = exchange.find(UsageMeter.KEY);
    boolean uncalled = meter == null || !meter.hasCalled();
    if (uncalled) {
      admission.release();
    }
    return uncalled;
  }

  private final class Ending implements RestOfWay.Watcher {

    private final GatewayExchange exchange;
    private final RequestAdmission admission;

    Ending(GatewayExchange exchange, RequestAdmission admission) {
      this.exchange = exchange;
      this.admission = admission;
    }

    @Override
    public void failed(Throwable failure) {
      if (releaseUnlessCalled(exchange, admission)) {
        tell(exchange, admission.quotas());
      }
    }

    @Override
    public void over() {
      var _ = releaseUnlessCalled(exchange, admission);
    }
  }
}
