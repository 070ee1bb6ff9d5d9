package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import dev.tollgate.gateway.pipeline.RouteSettings.Timeouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.util.unit.DataSize;
import reactor.core.scheduler.Schedulers;

class RouteFilesTest {

  private static final String ONE_ROUTE =
      """
      routes:
        - id: chat
          protocol: openai
          operation: chat-completion
          predicates: ["Path=/v1/chat/completions"]
      """;

  @TempDir private Path directory;

  private static RouteSettings settings(RouteDefinition definition) {
    return (RouteSettings)
        Objects.requireNonNull(definition.getMetadata().get(RouteSettings.METADATA));
  }

  private static RouteSettings settings(String text) {
    return settings(RouteFiles.parse(List.of(text)).getFirst());
  }

  @Test
  void fillsInTheDefaults() {
    assertThat(settings(ONE_ROUTE))
        .isEqualTo(
            new RouteSettings(
                Protocol.OPENAI,
                Operation.CHAT_COMPLETION,
                new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(2),
                    Duration.ofHours(1)),
                DataSize.ofMegabytes(25),
                DataSize.ofMegabytes(200),
                ClientGone.CANCEL,
                false));
  }

  @Test
  void readsEverySetting() {
    RouteDefinition definition =
        RouteFiles.parse(
                List.of(
                    """
                    routes:
                      - id: live
                        protocol: pass-through
                        operation: realtime
                        predicates: ["Path=/x/{*rest}", "Method=GET"]
                        filters: ["AddRequestHeader=OpenAI-Beta, realtime=v1"]
                        web-socket: true
                        settings:
                          connect-timeout: 1s
                          first-byte-timeout: 2s
                          between-chunks-timeout: 3s
                          total-timeout: 4s
                          max-body: 5KB
                          max-streamed-body: 6MB
                          on-client-gone: drain
                    """))
            .getFirst();

    assertThat(settings(definition))
        .isEqualTo(
            new RouteSettings(
                Protocol.PASS_THROUGH,
                Operation.REALTIME,
                new Timeouts(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(4)),
                DataSize.ofKilobytes(5),
                DataSize.ofMegabytes(6),
                ClientGone.DRAIN,
                true));
    assertThat(definition.getId()).isEqualTo("live");
    assertThat(definition.getPredicates()).hasSize(2);
    assertThat(definition.getFilters()).hasSize(1);
  }

  @Test
  void takesARoutesOwnWordOverTheFilesDefaults() {
    List<RouteDefinition> routes =
        RouteFiles.parse(
            List.of(
                """
                defaults:
                  connect-timeout: 1s
                  total-timeout: 10s
                routes:
                  - id: chat
                    protocol: openai
                    operation: chat-completion
                    predicates: ["Path=/v1/chat/completions"]
                  - id: slow
                    protocol: openai
                    operation: audio
                    predicates: ["Path=/v1/audio/speech"]
                    settings:
                      total-timeout: 20s
                """));

    assertThat(settings(routes.get(0)).timeouts().total()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings(routes.get(1)).timeouts().total()).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings(routes.get(1)).timeouts().connect()).isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "routes: []                                       | not a single route",
        "{}                                               | not a single route",
        "routes: [{}]                                     | id is missing",
        "routes: [{id: a}]                                | route a has no predicates",
        "routes: [{id: a, predicates: [Path=/a]}]         | protocol of route a",
        "routes: [{id: a, predicates: [Path=/a], protocol: openai}] | operation of route a",
        "routes: [{id: a, predicates: [Path=/a], protocol: soap, operation: audio}] | soap",
        "routes: [{id: a, predicates: [Path=/a], protocol: openai, operation: dance}] | dance",
        "routes: [{id: a, typo: b}]                       | typo",
        "unknown: 1                                       | unknown",
        "defaults: {connect-timeout: soon}                | soon",
        "'routes: ['                                      | not valid",
      })
  void refusesAMistakeAndNamesIt(String text, String message) {
    assertThatThrownBy(() -> RouteFiles.parse(List.of(text)))
        .isInstanceOf(InvalidRoutesException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "connect-timeout, 0s",
    "connect-timeout, 500us",
    "connect-timeout, 25h",
    "first-byte-timeout, -1s",
    "between-chunks-timeout, 0ms",
    "total-timeout, 100d",
    "max-body, 0B",
    "max-body, 3GB",
    "max-streamed-body, -1B",
    "on-client-gone, explode",
  })
  void refusesASettingOutOfItsRangeAndNamesIt(String name, String value) {
    String text = "defaults: {" + name + ": " + value + "}\n" + ONE_ROUTE;

    assertThatThrownBy(() -> RouteFiles.parse(List.of(text)))
        .isInstanceOf(InvalidRoutesException.class)
        .hasMessageContaining(name);
  }

  @Test
  void refusesTwoRoutesOfOneIdAlsoInTwoFiles() {
    assertThatThrownBy(() -> RouteFiles.parse(List.of(ONE_ROUTE, ONE_ROUTE)))
        .isInstanceOf(InvalidRoutesException.class)
        .hasMessageContaining("chat");
  }

  @Test
  void refusesAnExpressionThatWouldBeEvaluated() {
    String text = ONE_ROUTE + "    filters: ['AddRequestHeader=X, #{@environment}']\n";
    assertThatThrownBy(() -> RouteFiles.parse(List.of(text)))
        .isInstanceOf(InvalidRoutesException.class)
        .hasMessageContaining("chat")
        .hasMessageContaining("#{");
  }

  @Test
  void refusesASecondDocumentInAFile() {
    assertThatThrownBy(
            () -> RouteFiles.parse(List.of(ONE_ROUTE + "---\n" + ONE_ROUTE.replace("chat", "b"))))
        .isInstanceOf(InvalidRoutesException.class)
        .hasMessageContaining("one document");
  }

  @Test
  void readsTheRoutesThatShip() {
    List<RouteDefinition> routes = RouteFiles.parse(new RouteFiles(null).contents());

    assertThat(routes).extracting(RouteDefinition::getId).contains("openai-chat-completions");
    assertThat(routes.getLast().getId()).isEqualTo("pass-through");
    assertThat(routes).extracting(RouteDefinition::getOrder).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void readsTheFilesOfADirectoryInTheOrderOfTheirNames() throws IOException {
    Files.writeString(directory.resolve("b.yml"), ONE_ROUTE.replace("chat\n", "second\n"));
    Files.writeString(directory.resolve("a.yaml"), ONE_ROUTE);
    Files.writeString(directory.resolve("c.txt"), "not YAML: [");

    assertThat(RouteFiles.parse(new RouteFiles(directory.toString()).contents()))
        .extracting(RouteDefinition::getId)
        .containsExactly("chat", "second");
  }

  private YamlRouteLocator locator(Path file, List<Object> events) {
    return new YamlRouteLocator(
        new RouteFiles(file.toString()),
        Duration.ofMinutes(1),
        Schedulers.immediate(),
        events::add);
  }

  private static List<String> ids(YamlRouteLocator locator) {
    return locator
        .getRouteDefinitions()
        .toStream()
        .map(definition -> String.valueOf(definition.getId()))
        .toList();
  }

  @Test
  void takesAChangeAndTellsOfIt() throws IOException {
    Path file = directory.resolve("routes.yaml");
    Files.writeString(file, ONE_ROUTE);
    List<Object> events = new ArrayList<>();
    YamlRouteLocator locator = locator(file, events);

    locator.poll();
    assertThat(events).isEmpty();

    Files.writeString(file, ONE_ROUTE.replace("id: chat", "id: changed"));
    locator.poll();

    assertThat(ids(locator)).containsExactly("changed");
    assertThat(events).hasSize(1).first().isInstanceOf(RefreshRoutesEvent.class);
  }

  @Test
  void keepsTheRoutesWhenAChangeIsBrokenUntilItIsMended() throws IOException {
    Path file = directory.resolve("routes.yaml");
    Files.writeString(file, ONE_ROUTE);
    List<Object> events = new ArrayList<>();
    YamlRouteLocator locator = locator(file, events);

    Files.writeString(file, "routes: [");
    locator.poll();
    assertThat(ids(locator)).containsExactly("chat");
    Files.delete(file);
    locator.poll();
    assertThat(ids(locator)).containsExactly("chat");
    assertThat(events).isEmpty();

    Files.writeString(file, ONE_ROUTE.replace("id: chat", "id: mended"));
    locator.poll();
    assertThat(ids(locator)).containsExactly("mended");
  }

  @Test
  void refusesToStartOnABrokenFile() throws IOException {
    Path file = directory.resolve("routes.yaml");
    Files.writeString(file, "routes: [");

    assertThatThrownBy(() -> locator(file, new ArrayList<>()))
        .isInstanceOf(InvalidRoutesException.class);
  }
}
