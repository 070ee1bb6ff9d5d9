package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.ProxyProvider;
import reactor.test.StepVerifier;

@ExtendWith(OutputCaptureExtension.class)
class OutboundAddressGuardIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicInteger requests = new AtomicInteger();
  private DisposableServer provider;

  @BeforeEach
  void startProvider() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
              requests.incrementAndGet();
              return response.sendString(Mono.just("hello"));
            })
            .bindNow();
  }

  @AfterEach
  void stopProvider() {
    provider.disposeNow();
  }

  @Test
  void connectsWhereTheOperatorAllowsIt() {
    StepVerifier.create(get(client("127.0.0.0/8"), "127.0.0.1"))
        .expectNext("hello")
        .expectComplete()
        .verify(PATIENCE);
  }

  @Test
  void refusesALiteralAddress() {
    expectRefused(get(client("192.168.0.0/16"), "127.0.0.1"));
  }

  @Test
  void refusesALiteralIpv4AddressInIpv6Clothes() {
    expectRefused(get(client("192.168.0.0/16"), "[::ffff:127.0.0.1]"));
  }

  @Test
  void refusesANameThatResolvesToAPrivateAddress() {
    expectRefused(get(client("192.168.0.0/16"), "localhost"));
  }

  @Test
  void refusesANameThatResolvesDifferentlyTheSecondTime() {
    ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
    answers.add("127.0.0.1");
    answers.add("127.0.0.2");
    HttpClient client = client("127.0.0.1/32").resolver(new ScriptedResolver(answers));

    StepVerifier.create(get(client, "provider.example"))
        .expectNext("hello")
        .expectComplete()
        .verify(PATIENCE);
    StepVerifier.create(get(client, "provider.example"))
        .expectError(OutboundAddressRefused.class)
        .verify(PATIENCE);
    assertThat(requests).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::ffff:7f00:1]"})
  void reachesTheOwnMachineInNoSpelling(String host) {
    StepVerifier.create(get(client("192.168.0.0/16"), host)).expectError().verify(PATIENCE);
    assertThat(requests).hasValue(0);
  }

  @Test
  void judgesTheAddressOfTheProxy() {
    HttpClient client =
        client("192.168.0.0/16")
            .proxy(proxy -> proxy.type(ProxyProvider.Proxy.HTTP).socketAddress(provider.address()));
    expectRefused(get(client, "provider.example"));
  }

  @Test
  void logsARefusedHostOnce(CapturedOutput output) {
    HttpClient client = client("192.168.0.0/16");
    for (int i = 0; i < 3; i++) {
      expectRefused(get(client, "127.0.0.1"));
    }
    assertThat(output.getAll().split("not in tollgate.outbound", -1)).hasSize(2);
  }

  private void expectRefused(Mono<String> call) {
    StepVerifier.create(call).expectError(OutboundAddressRefused.class).verify(PATIENCE);
    assertThat(requests).hasValue(0);
  }

  private Mono<String> get(HttpClient client, String host) {
    return client
        .get()
        .uri("http://" + host + ":" + provider.port() + "/")
        .responseContent()
        .aggregate()
        .asString();
  }

  /** A client without a pool, so that every call resolves and connects. */
  private static HttpClient client(String allowed) {
    OutboundAddressPolicy policy = new OutboundAddressPolicy(CidrSet.parse(List.of(allowed)));
    return new OutboundAddressGuard(policy)
        .install(HttpClient.create(ConnectionProvider.newConnection()).disableRetry(true));
  }

  /** Gives the next answer at each look-up, as a rebinding name server does. */
  private static final class ScriptedResolver extends AddressResolverGroup<InetSocketAddress> {

    private final ConcurrentLinkedQueue<String> answers;

    ScriptedResolver(ConcurrentLinkedQueue<String> answers) {
      this.answers = answers;
    }

    @Override
    protected InetSocketAddressResolver newResolver(EventExecutor executor) {
      return new InetSocketAddressResolver(
          executor,
          new InetNameResolver(executor) {
            @Override
            protected void doResolve(String host, Promise<InetAddress> promise) {
              promise.setSuccess(InetAddress.ofLiteral(answers.remove()));
            }

            @Override
            protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
              promise.setSuccess(List.of(InetAddress.ofLiteral(answers.remove())));
            }
          });
    }
  }
}
