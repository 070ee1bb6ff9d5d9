package dev.tollgate.gateway.pipeline;

import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * A global filter that names its stage and sees the request through its {@link GatewayExchange}.
 */
public abstract class StageFilter implements GlobalFilter, Ordered {

  private final PipelineStage stage;

  protected StageFilter(PipelineStage stage) {
    this.stage = stage;
  }

  @Override
  public final int getOrder() {
    return stage.order();
  }

  @Override
  public final Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    GatewayExchange gatewayExchange = GatewayExchange.of(exchange);
    return filter(gatewayExchange, () -> chain.filter(exchange));
  }

  /** Decides about the request and goes on by {@link Next#proceed()}, at most once. */
  protected abstract Mono<Void> filter(GatewayExchange exchange, Next next);

  /** The rest of the way. */
  @FunctionalInterface
  public interface Next {
    Mono<Void> proceed();
  }
}
