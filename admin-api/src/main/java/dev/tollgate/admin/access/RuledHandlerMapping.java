package dev.tollgate.admin.access;

import dev.tollgate.admin.problem.ProblemException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Finds handlers as Spring does, and asks their rule before they run. A handler method of ours that
 * names no rule does not start; one of a library is served only if it is open documentation.
 */
class RuledHandlerMapping extends RequestMappingHandlerMapping {

  private static final String DOCUMENTATION = "org.springdoc.";

  @Override
  protected void registerHandlerMethod(Object handler, Method method, RequestMappingInfo mapping) {
    if (!isDocumentation(method) && !hasRule(method)) {
      throw new IllegalStateException(
          method + " names no rule; put @Allowed, @AllowedToKey or @OpenToAll on it");
    }
    super.registerHandlerMethod(handler, method, mapping);
  }

  @Override
  public Mono<HandlerMethod> getHandlerInternal(ServerWebExchange exchange) {
    return super.getHandlerInternal(exchange)
        .flatMap(handler -> permitted(handler.getMethod(), exchange).thenReturn(handler));
  }

  private static Mono<Void> permitted(Method method, ServerWebExchange exchange) {
    KeyRight right = rightOf(method);
    return right == null
        ? permittedToAdministrator(method, exchange)
        : CallerArgument.authentication(exchange)
            .switchIfEmpty(Mono.error(RuledHandlerMapping::unauthenticated))
            .flatMap(caller -> check(caller, right));
  }

  private static Mono<Void> check(CallerAuthentication authentication, KeyRight right) {
    if (authentication.caller().type() != CallerType.VIRTUAL_KEY) {
      return Mono.error(ProblemException.forbidden());
    }
    String refusal = authentication.refusal();
    if (refusal != null) {
      return Mono.error(
          ProblemException.of(
              HttpStatus.FORBIDDEN, refusal, "A policy over the key forbids its use from here."));
    }
    return authentication.holds(right) ? Mono.empty() : Mono.error(notAllowed());
  }

  private static ProblemException notAllowed() {
    return ProblemException.of(
        HttpStatus.FORBIDDEN, "operation_not_allowed", "The key may not do this with its data.");
  }

  private static Mono<Void> permittedToAdministrator(Method method, ServerWebExchange exchange) {
    Permission permission = permissionOf(method);
    return permission == null
        ? Mono.empty()
        : CallerArgument.of(exchange)
            .switchIfEmpty(Mono.error(RuledHandlerMapping::unauthenticated))
            .flatMap(caller -> check(caller, permission));
  }

  private static Mono<Void> check(Caller caller, Permission permission) {
    return caller.holds(permission) ? Mono.empty() : Mono.error(ProblemException.forbidden());
  }

  private static ProblemException unauthenticated() {
    return ProblemException.of(
        HttpStatus.UNAUTHORIZED, "authentication_required", "Present an admin key.");
  }

  private static boolean isDocumentation(Method method) {
    return method.getDeclaringClass().getName().startsWith(DOCUMENTATION);
  }

  private static boolean hasRule(Method method) {
    return permissionOf(method) != null
        || rightOf(method) != null
        || AnnotatedElementUtils.hasAnnotation(method, OpenToAll.class);
  }

  private static @Nullable KeyRight rightOf(Method method) {
    AllowedToKey allowed = AnnotatedElementUtils.findMergedAnnotation(method, AllowedToKey.class);
    return allowed == null ? null : allowed.value();
  }

  private static @Nullable Permission permissionOf(Method method) {
    Allowed allowed = AnnotatedElementUtils.findMergedAnnotation(method, Allowed.class);
    return allowed == null ? null : allowed.value();
  }
}
