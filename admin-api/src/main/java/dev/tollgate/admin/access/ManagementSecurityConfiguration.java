package dev.tollgate.admin.access;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The management server asks for no key: what asks for health and metrics has none, and what is
 * exposed there says nothing else. It is told by the server that took the request and not by its
 * path, so that nothing of it is open on the public port.
 */
@Configuration(proxyBeanMethods = false)
class ManagementSecurityConfiguration {

  private static final String NAMESPACE = "management";

  @Bean
  @Order(0)
  SecurityWebFilterChain managementFilterChain(ServerHttpSecurity http) {
    return http.securityMatcher(ManagementSecurityConfiguration::match)
        .csrf(ServerHttpSecurity.CsrfSpec::disable)
        .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
        .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
        .logout(ServerHttpSecurity.LogoutSpec::disable)
        .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
        .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
        .authorizeExchange(paths -> paths.anyExchange().permitAll())
        .build();
  }

  private static Mono<MatchResult> match(ServerWebExchange exchange) {
    ApplicationContext server = exchange.getApplicationContext();
    return server != null && WebServerApplicationContext.hasServerNamespace(server, NAMESPACE)
        ? MatchResult.match()
        : MatchResult.notMatch();
  }
}
