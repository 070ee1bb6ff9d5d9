package dev.tollgate.admin.access;

import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.problem.ProblemRenderer;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.PepperSet;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.header.ReferrerPolicyServerHttpHeadersWriter.ReferrerPolicy;
import org.springframework.web.server.ServerWebExchange;

/**
 * Bearer credentials only, no session, no login page. Paths are closed here unless listed; what a
 * caller may do on an open door is {@link RuledHandlerMapping}'s to say.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
class SecurityConfiguration {

  private static final String[] OPEN_PATHS = {
    "/health/live",
    "/health/ready",
    "/.well-known/jwks.json",
    "/openapi.json",
    "/openapi.json/swagger-config",
    "/docs",
    "/swagger-ui/**"
  };

  /**
   * The pages under /docs load their own scripts and draw inline styles; nothing else is a page.
   */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; font-src 'self';"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  @Bean
  KeyDigester keyDigester(PepperProperties properties) {
    return new KeyDigester(PepperSet.load(properties.pepperFile()));
  }

  @Bean
  SecurityWebFilterChain securityFilterChain(
      ServerHttpSecurity http, KeyAuthenticator authenticator, ProblemRenderer problems) {
    ServerAuthenticationEntryPoint entryPoint =
        (exchange, failure) -> problems.render(exchange, unauthenticated(exchange));
    return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
        .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
        .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
        .logout(ServerHttpSecurity.LogoutSpec::disable)
        .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
        .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
        .headers(SecurityConfiguration::headers)
        .exceptionHandling(handling -> handling.authenticationEntryPoint(entryPoint))
        .addFilterAt(
            bearerFilter(authenticator, entryPoint), SecurityWebFiltersOrder.AUTHENTICATION)
        .authorizeExchange(
            paths -> paths.pathMatchers(OPEN_PATHS).permitAll().anyExchange().authenticated())
        .build();
  }

  /** What the firewall of Spring Security does not let in, such as a path with {@code %00}. */
  @Bean
  ServerExchangeRejectedHandler rejectedRequests(ProblemRenderer problems) {
    return (exchange, _) ->
        problems.render(
            exchange,
            ProblemException.of(
                HttpStatus.BAD_REQUEST, "malformed_request", "The request is not well-formed."));
  }

  private static void headers(ServerHttpSecurity.HeaderSpec headers) {
    headers
        .contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER));
  }

  private static AuthenticationWebFilter bearerFilter(
      KeyAuthenticator authenticator, ServerAuthenticationEntryPoint entryPoint) {
    AuthenticationWebFilter filter = new AuthenticationWebFilter(authenticator);
    filter.setServerAuthenticationConverter(
        exchange -> PresentedKey.of(exchange).cast(Authentication.class));
    filter.setAuthenticationFailureHandler(
        new ServerAuthenticationEntryPointFailureHandler(entryPoint));
    return filter;
  }

  private static ProblemException unauthenticated(ServerWebExchange exchange) {
    boolean presented = exchange.getRequest().getHeaders().containsHeader("Authorization");
    return ProblemException.of(
        HttpStatus.UNAUTHORIZED,
        presented ? "invalid_admin_key" : "authentication_required",
        presented
            ? "The key is unknown, expired or revoked."
            : "Present an admin key as Authorization: Bearer.");
  }
}
