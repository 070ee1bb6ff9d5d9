package dev.tollgate.gateway.audit.internal;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.RestOfWay;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.AuditRules;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Sees how every request of a known caller ends, before the caller was let in too, and has written
 * down what the policies over it ask for.
 */
final class AuditFilter extends StageFilter {

  private final RequestAudit audit;
  private final Snapshots snapshots;

  AuditFilter(RequestAudit audit, Snapshots snapshots) {
    super(PipelineStage.AUDIT);
    this.audit = audit;
    this.snapshots = snapshots;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    return RestOfWay.watched(next.proceed(), new Watching(exchange))
        .onErrorResume(
            failure -> failed(exchange, Ending.failed(failure)).then(Mono.error(failure)));
  }

  private void ended(GatewayExchange exchange, Ending ending) {
    AppliedPolicies policies = exchange.find(AppliedPolicies.KEY);
    if (policies != null) {
      note(exchange, policies.audit(), ending, true);
    }
  }

  private Mono<Void> failed(GatewayExchange exchange, Ending ending) {
    Caller caller = exchange.find(Caller.KEY);
    if (caller == null || exchange.find(AppliedPolicies.KEY) != null) {
      return Mono.fromRunnable(() -> ended(exchange, ending));
    }
    return policiesOver(caller)
        .doOnNext(policies -> note(exchange, policies.audit(), ending, false))
        .then();
  }

  /** Of a caller that was refused before its project was settled. */
  private Mono<AppliedPolicies> policiesOver(Caller caller) {
    if (caller.projectIds().size() != 1) {
      return Mono.just(AppliedPolicies.of(List.of(), caller.policies()));
    }
    return snapshots
        .project(caller.projectIds().getFirst())
        .map(lookup ->
            switch (lookup) {
              case Lookup.Found<ProjectSnapshot>(ProjectSnapshot project) ->
                  AppliedPolicies.of(project.policies(), caller.policies());
              case Lookup.Unknown<ProjectSnapshot> _, Lookup.Unavailable<ProjectSnapshot> _ ->
                  AppliedPolicies.of(List.of(), caller.policies());
            });
  }

  private void note(GatewayExchange exchange, AuditRules rules, Ending ending, boolean admitted) {
    if (rules.areSilent()) {
      return;
    }
    if ((rules.logAllRequests() && admitted) || (rules.logFailures() && ending.isFailure())) {
      audit.log(exchange, ending);
    }
    if (rules.alertOnSuspicious()) {
      audit.watch(exchange, ending);
    }
  }

  /** Without the failures: what is to be written down of those may have to be looked up first. */
  private final class Watching implements RestOfWay.Watcher {

    private final GatewayExchange exchange;

    Watching(GatewayExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void completed() {
      ended(exchange, Ending.of(exchange));
    }

    @Override
    public void cancelled() {
      ended(exchange, Ending.cancelled(exchange.response()));
    }
  }
}
