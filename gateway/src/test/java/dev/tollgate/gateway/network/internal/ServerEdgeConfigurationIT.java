package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.network.NetworkProperties;
import dev.tollgate.gateway.network.ServerLimitsProperties;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/** The edge in front of Spring, as Spring Boot puts it together. */
class ServerEdgeConfigurationIT {

  /** Not annotated as a configuration: the gateway's own component scan must not find it. */
  @EnableConfigurationProperties({ServerLimitsProperties.class, NetworkProperties.class})
  @Import(ServerEdgeConfiguration.class)
  @ImportAutoConfiguration({
    NettyReactiveWebServerAutoConfiguration.class,
    HttpHandlerAutoConfiguration.class,
    WebFluxAutoConfiguration.class
  })
  static class Application {

    @Bean
    MeterRegistry meters() {
      return new SimpleMeterRegistry();
    }

    @Bean
    RouterFunction<ServerResponse> echo() {
      return RouterFunctions.route(
          RequestPredicates.all(),
          request ->
              request
                  .bodyToMono(String.class)
                  .defaultIfEmpty("")
                  .flatMap(body ->
                      ServerResponse.ok()
                          .header("x-peer", request.remoteAddress().orElseThrow().getHostString())
                          .header("x-scheme", request.uri().getScheme())
                          .bodyValue(request.uri().getRawPath() + " " + body)));
    }
  }

  private static ConfigurableApplicationContext context;
  private static int port;

  @BeforeAll
  static void start() {
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.REACTIVE)
            .properties(
                "spring.config.name=none",
                "server.port=0",
                "server.address=127.0.0.1",
                "server.http2.enabled=true",
                "server.forward-headers-strategy=native",
                "spring.main.banner-mode=off",
                "tollgate.server.max-header-size=1KB")
            .run();
    port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  @Test
  void standsBeforeSpring() throws Exception {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send("GET /v1/../actuator HTTP/1.1\r\nHost: localhost\r\n\r\n");
      RawConnection.Response response = connection.receive();
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.header("x-tollgate-error-source")).isEqualTo("gateway");
    }
  }

  @Test
  void takesItsLimitsFromTheProperties() throws Exception {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + "b".repeat(2_000) + "\r\n\r\n");
      assertThat(connection.receive().status()).isEqualTo(431);
    }
  }

  @Test
  void servesTheHttpClientOfTheJdkWhichOffersHttp2() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/x?y=z"))
                  .POST(HttpRequest.BodyPublishers.ofString("hello"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(response.body()).isEqualTo("/v1/x hello");
    }
  }

  /** Spring Boot would let Reactor Netty believe everybody, on Kubernetes even unasked. */
  @Test
  void neverLetsReactorNettyReadForwardingHeaders() throws Exception {
    try (RawConnection connection = new RawConnection(port)) {
      connection.send(
          """
          GET /v1/x HTTP/1.1\r
          Host: localhost\r
          X-Forwarded-For: 203.0.113.9\r
          X-Forwarded-Proto: https\r
          Forwarded: for=203.0.113.9;proto=https\r
          \r
          """);
      RawConnection.Response response = connection.receive();
      assertThat(response.header("x-peer")).isEqualTo("127.0.0.1");
      assertThat(response.header("x-scheme")).isEqualTo("http");
    }
  }
}
