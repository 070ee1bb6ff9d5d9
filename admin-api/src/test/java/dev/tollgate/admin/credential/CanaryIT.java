package dev.tollgate.admin.credential;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Nothing that was given or shown once reaches a log, whatever its level. */
class CanaryIT {

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private static final Lines LINES = new Lines();
  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.startWith(Map.of("tollgate.outbound.allowed-networks", "127.0.0.0/8"));
    LINES.start();
    ROOT.addAppender(LINES);
    ROOT.getAppender("console").addFilter(new OnlyInfo());
    ROOT.setLevel(Level.TRACE);
  }

  @AfterAll
  static void stop() {
    ROOT.setLevel(Level.INFO);
    ROOT.getAppender("console").clearAllFilters();
    ROOT.detachAppender(LINES);
    server.close();
  }

  @Test
  void noSecretReachesALog() {
    String project = server.project(server.organization());
    String providers = "/v1/projects/" + project + "/providers";
    String credential =
        server
            .post(
                "/v1/credentials",
                "{\"project_id\":\"%s\",\"name\":\"a\",\"provider\":\"openai\",\"fields\":{\"api_key\":\"sk-CANARY-1-0123456789\"}}"
                    .formatted(project))
            .id();
    server.put(
        "/v1/credentials/" + credential + "/value",
        "{\"fields\":{\"api_key\":\"sk-CANARY-2-0123456789\"}}");
    server.put(
        "/v1/credentials/" + credential + "/value", "{\"value\":\"sk-CANARY-3-0123456789\"}");
    server.post(providers, "{\"name\":\"openai\",\"api_key\":\"sk-CANARY-4-0123456789\"}");
    server.post(providers + "/openai/rotate", "{\"api_key\":\"sk-CANARY-5-0123456789\"}");
    server.patch(
        providers + "/openai",
        "{\"base_url\":\"https://a.example.com\",\"api_key\":\"sk-CANARY-6-0123456789\"}");
    server.post(providers, "{\"name\":\"x\",\"api_key\":[\"sk-CANARY-7-0123456789\"]}");
    server.post(providers, "{\"name\":\"x\",\"api_key\":\"sk-CANARY-8\\u0000\"}");
    server.post(providers, "{\"name\":\"x\",\"sk-CANARY-9\"");
    assertThat(LINES.all).isNotEmpty();
    assertThat(LINES.all).noneMatch(line -> line.contains("CANARY"));
  }

  @Test
  void noSecretOfATestReachesALog() {
    DisposableServer provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> response.sendString(Mono.just("sk-CANARY-11")))
            .bindNow();
    try {
      String project = server.project(server.organization());
      for (String auth : List.of("{\"type\":\"bearer\"}", "{\"type\":\"query\",\"name\":\"k\"}")) {
        Response credential =
            server.post(
                "/v1/credentials",
                "{\"project_id\":\"%s\",\"name\":\"c%d\",\"provider\":\"custom\",\"value\":\"sk-CANARY-10-0123456789\",\"allowed_hosts\":[\"127.0.0.1:%d\"]}"
                    .formatted(project, auth.length(), provider.port()));
        server.post(
            "/v1/services",
            "{\"project_id\":\"%s\",\"name\":\"s%d\",\"provider\":\"custom\",\"base_url\":\"http://127.0.0.1:%d\",\"credential_id\":\"%s\",\"auth\":%s}"
                .formatted(project, auth.length(), provider.port(), credential.id(), auth));
        Response tested = server.post("/v1/credentials/" + credential.id() + "/test", "");
        assertThat(tested.json().at("/ok").asBoolean()).as(tested.toString()).isTrue();
      }
      assertThat(LINES.all).noneMatch(line -> line.contains("CANARY-1"));
    } finally {
      provider.disposeNow();
    }
  }

  @Test
  void noKeyReachesALog() {
    String organization = server.organization();
    String project = server.project(organization);
    Response admin =
        server
            .as(server.rootKey())
            .with("Idempotency-Key", "i")
            .post("/v1/admin-keys", "{\"name\":\"n\",\"role\":\"owner\"}");
    Response key =
        server
            .as(admin.text("/key"))
            .post(
                "/v1/keys",
                "{\"name\":\"k\",\"scope\":{\"projects\":[\"%s\"]}}".formatted(project));
    Response token =
        server.as(admin.text("/key")).post("/v1/projects/" + project + "/tokens", "{}");
    List<String> secrets =
        List.of(server.rootKey(), admin.text("/key"), key.text("/key"), token.text("/token"));
    assertThat(secrets).noneMatch(String::isEmpty);
    assertThat(LINES.all).noneMatch(line -> secrets.stream().anyMatch(line::contains));
  }

  /** Keeps every line. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {

    final Queue<String> all = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      all.add(
          event.getLoggerName()
              + " "
              + event.getFormattedMessage()
              + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }

  /** Spares the console. */
  private static final class OnlyInfo extends Filter<ILoggingEvent> {

    @Override
    public FilterReply decide(ILoggingEvent event) {
      return event.getLevel().isGreaterOrEqual(Level.INFO) ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
  }
}
