package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.CidrSet;
import dev.tollgate.gateway.network.NetworkProperties;
import dev.tollgate.gateway.network.ServerLimitsProperties;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** What may come in. */
@Configuration(proxyBeanMethods = false)
class ServerEdgeConfiguration {

  private static final Logger log = LoggerFactory.getLogger(ServerEdgeConfiguration.class);
  private static final String REALTIME = "/v1/realtime";

  /**
   * A customizer of the factory and not of the server: the management server, in a context below
   * this one, takes the latter too and would share the public port's connections.
   */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> serverEdge(
      ServerLimitsProperties limits, NetworkProperties network, MeterRegistry registry) {
    RequestHeadPolicy policy = new RequestHeadPolicy(ServerEdgeConfiguration::mayUpgrade);
    CidrSet proxies = CidrSet.of(network.proxyProtocol() ? network.trustedProxies() : List.of());
    GuardedServer guarded =
        new GuardedServer(limits, policy, new EdgeMeters(registry), proxies::contains);
    return factory -> {
      Http2 http2 = factory.getHttp2();
      if (http2 != null && http2.isEnabled()) {
        log.warn("server.http2.enabled is ignored: the public port speaks HTTP/1.1 only");
      }
      factory.addServerCustomizers(guarded);
    };
  }

  private static boolean mayUpgrade(HttpRequest request) {
    String target = request.uri();
    return target.equals(REALTIME) || target.startsWith(REALTIME + "?");
  }
}
