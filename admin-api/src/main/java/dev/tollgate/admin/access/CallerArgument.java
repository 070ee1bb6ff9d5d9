package dev.tollgate.admin.access;

import org.springframework.core.MethodParameter;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Gives handler methods their {@link Caller} parameter. */
final class CallerArgument implements HandlerMethodArgumentResolver {

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Caller.class;
  }

  @Override
  public Mono<Object> resolveArgument(
      MethodParameter parameter, BindingContext context, ServerWebExchange exchange) {
    return of(exchange).cast(Object.class);
  }

  /** The caller of this request; empty where none is needed. */
  static Mono<Caller> of(ServerWebExchange exchange) {
    return authentication(exchange).map(CallerAuthentication::caller);
  }

  /** As {@link #of}, with the rights of a virtual key. */
  static Mono<CallerAuthentication> authentication(ServerWebExchange exchange) {
    return exchange.getPrincipal().ofType(CallerAuthentication.class);
  }
}
