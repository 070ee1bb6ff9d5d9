package dev.tollgate.gateway.admission.internal;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import dev.tollgate.gateway.pipeline.RouteSettings.Timeouts;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.snapshot.BenchmarkService;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ServerWebExchange;

/** A chat completion as it comes to the admission, with nothing of a server behind it. */
final class BenchmarkRequest {

  private static final URI PATH = URI.create("/v1/chat/completions");
  private static final DataSize LONG = DataSize.ofMegabytes(100);
  private static final Timeouts TIMEOUTS =
      new Timeouts(
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5));

  private final Map<String, Object> attributes = new HashMap<>();
  private final ServerWebExchange exchange = exchange(attributes);
  private final ServiceSnapshot service = BenchmarkService.create();
  private final AppliedPolicies policies;
  private final RequestContent content;
  private final Caller caller =
      new Caller("key_1", null, "org_1", "team_1", List.of("prj_1"), null, List.of(), null, "{}");
  private final ProjectSnapshot project =
      new ProjectSnapshot(
          "prj_1", "org_1", List.of(), null, Set.of(), List.of(service), Map.of(), null);

  BenchmarkRequest(AppliedPolicies policies, ByteBuf body) {
    this.policies = policies;
    this.content =
        new RequestContent(
            Target.MODEL,
            null,
            false,
            new Body.Whole(new WholeBody(body)),
            null,
            Features.NONE,
            List.of());
    RouteSettings settings =
        new RouteSettings(
            Protocol.OPENAI,
            Operation.CHAT_COMPLETION,
            TIMEOUTS,
            LONG,
            LONG,
            ClientGone.CANCEL,
            false);
    attributes.put(
        ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR,
        Route.async()
            .id("chat")
            .uri("http://127.0.0.1:1")
            .predicate(any -> true)
            .metadata(RouteSettings.METADATA, settings)
            .build());
  }

  /** The next one. */
  GatewayExchange begin() {
    GatewayExchange begun =
        GatewayExchange.begin(exchange, "req_1", Protocol.OPENAI, System.nanoTime());
    begun.put(Caller.KEY, caller);
    begun.put(ProjectSnapshot.KEY, project);
    begun.put(ServiceSnapshot.KEY, service);
    begun.put(AppliedPolicies.KEY, policies);
    begun.put(RequestContent.KEY, content);
    return begun;
  }

  private static ServerWebExchange exchange(Map<String, Object> attributes) {
    HttpHeaders headers = new HttpHeaders();
    ServerHttpRequest request =
        answering(
            ServerHttpRequest.class,
            Map.of("getURI", PATH, "getMethod", HttpMethod.POST, "getHeaders", headers));
    return (ServerWebExchange)
        Proxy.newProxyInstance(
            BenchmarkRequest.class.getClassLoader(),
            new Class<?>[] {ServerWebExchange.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "getAttributes" -> attributes;
                  case "getAttribute" -> attributes.get((String) arguments[0]);
                  case "getRequest" -> request;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            BenchmarkRequest.class.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> {
              Object answer = answers.get(method.getName());
              if (answer == null) {
                throw new UnsupportedOperationException(method.getName());
              }
              return answer;
            }));
  }
}
