package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A model that has another name at the provider has it there wherever the request names it. */
class AliasedModelIT {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static GatewayHarness gateway;
  private static DisposableServer provider;
  private static String key;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                response.sendString(
                    request
                        .receive()
                        .aggregate()
                        .asString()
                        .map(body -> request.uri() + " " + body)))
            .bindNow();
    gateway = GatewayHarness.start();
    gateway.putProject(
        "prj_1",
        TestService.gemini("gemini", "http://127.0.0.1:" + provider.port())
            .models("short=gemini-2.5-flash"));
    key = gateway.newKey("prj_1");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
    CLIENT.close();
  }

  private static HttpResponse<String> embed(String body) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(gateway.uri("/v1beta/models/short:embedContent"))
            .header("x-goog-api-key", key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model':'models/short','x':1} | {'model':'models/gemini-2.5-flash','x':1}",
        "{'x':1,'model': 'short'}       | {'x':1,'model': 'gemini-2.5-flash'}",
        "{'x':'models/short'}           | {'x':'models/short'}",
      },
      quoteCharacter = '~')
  void renamesItInThePathAndInABodyThatRepeatsIt(String sent, String expected) throws Exception {
    assertThat(embed(sent).body())
        .isEqualTo("/v1beta/models/gemini-2.5-flash:embedContent " + expected.replace('\'', '"'));
  }

  @Test
  void refusesABodyThatNamesTheProvidersOwn() throws Exception {
    assertThat(embed("{'model':'models/gemini-2.5-flash'}").statusCode()).isEqualTo(400);
  }
}
