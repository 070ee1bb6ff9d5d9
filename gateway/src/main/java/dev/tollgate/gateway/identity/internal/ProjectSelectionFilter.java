package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.PipelineStage;
import dev.tollgate.gateway.pipeline.StageFilter;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.snapshot.Lookup;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.Snapshots;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Settles in whose project's name a request is served: the only one, or the one it names. */
final class ProjectSelectionFilter extends StageFilter {

  private static final String HEADER = "X-Tollgate-Project";

  private final Snapshots snapshots;

  ProjectSelectionFilter(Snapshots snapshots) {
    super(PipelineStage.PROJECT_SELECTION);
    this.snapshots = snapshots;
  }

  @Override
  protected Mono<Void> filter(GatewayExchange exchange, Next next) {
    List<String> usable = exchange.get(Caller.KEY).projectIds();
    if (usable.isEmpty()) {
      return Mono.error(Rejections.REVOKED.asException());
    }
    String projectId = chosen(exchange.requestHeaders().getFirst(HEADER), usable);
    if (projectId == null) {
      return Mono.error(projectRequired().asException());
    }
    return snapshots.project(projectId).flatMap(lookup -> proceed(lookup, exchange, next));
  }

  private static @Nullable String chosen(@Nullable String named, List<String> usable) {
    if (named != null) {
      return usable.contains(named) ? named : null;
    }
    return usable.size() == 1 ? usable.getFirst() : null;
  }

  private static Rejection projectRequired() {
    return Rejection.of(
        ErrorCode.PROJECT_REQUIRED,
        "Name one of the key's projects in the header X-Tollgate-Project.",
        HEADER);
  }

  private static Mono<Void> proceed(
      Lookup<ProjectSnapshot> lookup, GatewayExchange exchange, Next next) {
    return switch (lookup) {
      case Lookup.Found<ProjectSnapshot>(ProjectSnapshot project) -> {
        exchange.put(ProjectSnapshot.KEY, project);
        exchange.put(
            AppliedPolicies.KEY,
            AppliedPolicies.of(project.policies(), exchange.get(Caller.KEY).policies()));
        yield next.proceed();
      }
      case Lookup.Unknown<ProjectSnapshot>() -> Mono.error(Rejections.REVOKED.asException());
      case Lookup.Unavailable<ProjectSnapshot>() ->
          Mono.error(Rejections.UNAVAILABLE.asException());
    };
  }
}
