package dev.tollgate.gateway.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Turns of realtime conversations under a budget, through the whole gateway: a token of output is a
 * micro-dollar, and a turn may have {@value #TURN}.
 */
@Timeout(60)
class RealtimeTurnsIT {

  private static final long TURN = 16_384;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String ASK = "{'type':'response.create','response':{'conversation':'none'}}";
  private static final String SOUND = "{'type':'input_audio_buffer.append','audio':'AAAA'}";
  private static final HttpClient client = HttpClient.newHttpClient();
  private static final AtomicInteger keys = new AtomicInteger();
  private static final TalkingProvider provider = new TalkingProvider(TURN);
  private static GatewayHarness gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayHarness.start();
    gateway.prices().put("prc_turns", null, "openai", "gpt-turns", "{'input':0,'output':1}");
    gateway.putProject(
        "prj_1", TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
  }

  @AfterAll
  static void stop() throws IOException {
    client.shutdownNow();
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.forget();
    gateway.usage().clear();
    gateway.budgets().comeBack();
  }

  /** A client that keeps what it hears. */
  private static final class Talk implements WebSocket.Listener {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final AtomicInteger parts = new AtomicInteger();
    private final WebSocket socket;

    Talk(String key) {
      URI http = gateway.uri("/v1/realtime?model=gpt-turns");
      this.socket =
          client
              .newWebSocketBuilder()
              .header("Authorization", "Bearer " + key)
              .buildAsync(URI.create(http.toString().replace("http:", "ws:")), this)
              .join();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.incrementAndGet();
      text.append(data);
      if (last) {
        heard.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      heard.add("closed " + code);
      return null;
    }

    Talk say(String... events) {
      for (String event : events) {
        socket.sendText(event.replace('\'', '"'), true).join();
      }
      return this;
    }

    void sayInParts(String first, String rest) {
      socket.sendText(first.replace('\'', '"'), false).join();
      socket.sendText(rest.replace('\'', '"'), true).join();
    }

    void hears(String... parts) throws InterruptedException {
      String next = Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS), "nothing in time");
      assertThat(next).contains(parts);
    }

    /** Ends some turns of so many tokens. */
    void end(int turns, long tokens) throws InterruptedException {
      say("{'type':'test.done','turns':%d,'tokens':%d}".formatted(turns, tokens));
      for (int i = 0; i < turns; i++) {
        hears("response.done");
      }
    }

    UsageEvent leave() throws InterruptedException {
      socket.abort();
      return gateway.usage().next(PATIENCE);
    }
  }

  private static Talk talk(long budget) {
    String policy =
        "{'rate_limits':{'costs':{'per_day_max':%s}}}".formatted(BigDecimal.valueOf(budget, 6));
    Subject subject = Subject.key("key_turns_" + keys.incrementAndGet());
    return new Talk(gateway.newKey("prj_1", null, TestPolicies.document(subject, policy)));
  }

  private static long cost(UsageEvent row) {
    return Objects.requireNonNull(row.charge()).microUsd();
  }

  @Test
  void asManyTurnsRunAtOnceAsThereIsMoneyFor() throws Exception {
    Talk talk = talk(4 * TURN);
    for (int i = 1; i <= 20; i++) {
      talk.say(
          "{'event_id':'ask_%d','type':'response.create','response':{'conversation':'none'}}"
              .formatted(i));
    }
    int begun = 0;
    for (int i = 1; i <= 20; i++) {
      String next = Objects.requireNonNull(talk.heard.poll(10, TimeUnit.SECONDS));
      if (next.contains("response.created")) {
        begun++;
      } else {
        assertThat(next)
            .contains("\"type\":\"error\"")
            .contains("\"code\":\"insufficient_quota\"")
            .contains("\"event_id\":\"event_")
            .contains("\"event_id\":\"ask_");
      }
    }
    assertThat(begun).isEqualTo(4);
    assertThat(provider.turns()).isEqualTo(4);
    assertThat(provider.heard()).hasSize(4);
    assertThat(provider.worst()).isEqualTo(4 * TURN);

    talk.end(4, 1_000);
    talk.say(ASK, ASK);
    talk.hears("response.created");
    talk.hears("response.created");
    talk.end(2, 1_000);
    assertThat(cost(talk.leave())).isEqualTo(6_000);
    assertThat(provider.worst()).isLessThanOrEqualTo(4 * TURN);
  }

  /** What is reserved for turns that run is in the journal, and no more when they are over. */
  @Test
  void aGatewayThatIsKilledLeavesWhatItsTurnsMayCost() throws Exception {
    Talk talk = talk(4 * TURN);
    talk.say(ASK, ASK, ASK);
    for (int i = 0; i < 3; i++) {
      talk.hears("response.created");
    }
    assertThat(cost(gateway.usage().settled().getLast())).isEqualTo(3 * TURN);
    talk.end(1, 500);
    await().until(() -> cost(gateway.usage().settled().getLast()) == 500 + 2 * TURN);
    talk.say("{'type':'test.fail'}");
    talk.hears("response.done");
    await().until(() -> cost(gateway.usage().settled().getLast()) == 500 + TURN);
    assertThat(talk.leave().estimated()).isTrue();
  }

  @Test
  void endsWhereNoMoneyIsLeftForATurn() throws Exception {
    Talk talk = talk(2 * TURN);
    talk.say(ASK, ASK);
    talk.hears("response.created");
    talk.hears("response.created");
    talk.end(2, TURN);
    talk.hears("\"type\":\"error\"", "insufficient_quota");
    talk.hears("closed 1008");
    UsageEvent row = gateway.usage().next(PATIENCE);
    assertThat(cost(row)).isEqualTo(2 * TURN);
    assertThat(row.errorCode()).isEqualTo("insufficient_quota");
  }

  @Test
  void anythingElsePassesInItsOrderMeanwhile() throws Exception {
    Talk talk = talk(TURN);
    talk.say("{'type':'a'}", ASK, "{'type':'b'}", ASK, "{'type':'c'}");
    await().until(() -> talk.heard.size() == 5);
    assertThat(talk.heard).filteredOn(text -> text.contains("insufficient_quota")).hasSize(1);
    assertThat(provider.heard())
        .extracting(text -> text.replace('"', '\''))
        .containsExactly("{'type':'a'}", ASK, "{'type':'b'}", "{'type':'c'}");
    talk.heard.clear();
    talk.say("{'type':'response.cancel','response_id':'turn_1'}");
    talk.hears("response.done");
    talk.hears("insufficient_quota");
    talk.hears("closed 1008");
    assertThat(cost(gateway.usage().next(PATIENCE))).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'response.cre\\u0061te'}",
        "{'t\\u0079pe':'response.create'}",
        "{'type':'noop','type':'response.create'}",
        "{'type':'response.create','type':'noop'}",
      })
  void whatMayBeAQuestionIsTakenForOne(String event) throws Exception {
    Talk talk = talk(TURN);
    talk.say(ASK);
    talk.hears("response.created");
    talk.say(event);
    talk.hears("insufficient_quota");
    assertThat(provider.heard()).hasSize(1);
    var _ = talk.leave();
  }

  @Test
  void aQuestionInSeveralFramesIsDroppedWhole() throws Exception {
    Talk talk = talk(TURN);
    talk.sayInParts("{'type':'response.create',", "'response':{}}");
    talk.hears("response.created");
    talk.sayInParts("{'type':'response.create',", "'response':{}}");
    talk.hears("insufficient_quota");
    talk.sayInParts("{'type':", "'a'}");
    talk.hears("heard", "\"a\"");
    assertThat(provider.turns()).isEqualTo(1);
    var _ = talk.leave();
  }

  @Test
  void aQuestionThatHasBegunToLeaveEndsTheConversation() throws Exception {
    Talk talk = talk(TURN);
    talk.sayInParts("{'response':{},'type':", "'response.create'}");
    talk.hears("response.created");
    talk.sayInParts("{'response':{},'type':", "'response.create'}");
    talk.hears("insufficient_quota");
    talk.hears("closed 1008");
    assertThat(provider.turns()).isEqualTo(1);
    assertThat(gateway.usage().next(PATIENCE).outcome()).isEqualTo(Outcome.FAILED);
  }

  /** The gateway's own word may not stand in the middle of the provider's. */
  @Test
  void refusesBetweenTwoMessagesOfTheProvider() throws Exception {
    Talk talk = talk(TURN);
    talk.say(ASK);
    talk.hears("response.created");
    provider.say(new TextWebSocketFrame(false, 0, "{\"type\":"));
    await().until(() -> talk.parts.get() == 2);
    talk.say(ASK);
    provider.say(new ContinuationWebSocketFrame(false, 0, "\"in three "));
    provider.say(new ContinuationWebSocketFrame(true, 0, "parts\"}"));
    talk.hears("in three parts");
    talk.hears("insufficient_quota");
    var _ = talk.leave();
  }

  @Test
  void whatIsSaidAloudDoesNotPassWhereItMayBeginATurnThatCannotBePaid() throws Exception {
    Talk talk = talk(2 * TURN - 1);
    talk.say(SOUND);
    talk.hears("heard", "append");
    talk.say("{'type':'test.begin'}");
    talk.hears("response.created");
    talk.say(SOUND, SOUND, "{'type':'a'}", SOUND);
    talk.hears("insufficient_quota");
    talk.hears("heard", "\"a\"");
    talk.end(1, 10);
    talk.say(SOUND);
    talk.hears("heard", "append");
    assertThat(provider.heard()).hasSize(3);
    assertThat(cost(talk.leave())).isEqualTo(10);
  }

  @Test
  void aTurnStaysReservedForWhatIsSaidAloud() throws Exception {
    Talk talk = talk(2 * TURN);
    talk.say(SOUND, ASK);
    talk.hears("heard", "append");
    talk.hears("response.created");
    talk.say(ASK);
    talk.hears("insufficient_quota");
    talk.say("{'type':'test.begin'}");
    talk.hears("response.created");
    assertThat(provider.worst()).isEqualTo(2 * TURN);
    var _ = talk.leave();
  }

  @Test
  void noTurnIsReservedForAProviderThatWaitsToBeAsked() throws Exception {
    Talk talk = talk(2 * TURN);
    provider.say(
        new TextWebSocketFrame(
            "{\"type\":\"session.created\",\"session\":{\"turn_detection\":null}}"));
    talk.hears("session.created");
    talk.say(SOUND, ASK, ASK, SOUND);
    talk.hears("heard", "append");
    talk.hears("response.created");
    talk.hears("response.created");
    talk.hears("heard", "append");
    var _ = talk.leave();
  }

  @Test
  void goesOnWithoutATurnWhoseMoneyCannotBeAskedFor() throws Exception {
    Talk talk = talk(2 * TURN);
    talk.say(ASK);
    talk.hears("response.created");
    gateway.budgets().goAway();
    talk.say(ASK);
    talk.hears("\"type\":\"error\"", "service_unavailable");
    gateway.budgets().comeBack();
    await()
        .until(() -> {
          talk.say(ASK);
          return String.valueOf(talk.heard.poll(10, TimeUnit.SECONDS)).contains("created");
        });
    var _ = talk.leave();
  }

  /** A turn that is broken off is charged for what passed, each by itself. */
  @Test
  void chargesAllTurnsThatAreBrokenOff() throws Exception {
    Talk talk = talk(4 * TURN);
    talk.say(ASK, ASK, ASK);
    for (int i = 0; i < 3; i++) {
      talk.hears("response.created");
    }
    for (int turn = 1; turn <= 3; turn++) {
      provider.say(
          new TextWebSocketFrame(
              """
              {"type":"response.output_text.delta","response_id":"turn_%d",\
              "delta":"It is 384,400 km away."}\
              """
                  .formatted(turn)));
      talk.hears("384,400");
    }
    UsageEvent row = talk.leave();
    assertThat(row.estimated()).isTrue();
    assertThat(cost(row)).isBetween(3 * 8L, 3 * 40L);
  }

  /** However asking, ending, failing and cancelling meet. */
  @Test
  void neverSpendsMoreThanTheBudget() throws Exception {
    Random random = new Random(20_261_122);
    for (int round = 0; round < 10; round++) {
      provider.forget();
      long budget = (2 + random.nextInt(4)) * TURN + random.nextInt((int) TURN);
      Talk talk = talk(budget).say(ASK);
      talk.hears("response.created");
      for (int step = 0; step < 40; step++) {
        talk.say(step(random));
      }
      UsageEvent row = talk.leave();
      assertThat(provider.worst()).as("round " + round).isLessThanOrEqualTo(budget);
      assertThat(provider.billed()).isLessThanOrEqualTo(budget);
      assertThat(cost(row)).isLessThanOrEqualTo(budget);
    }
  }

  private static String step(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> "{'type':'test.done','turns':1,'tokens':%d}".formatted(random.nextInt(3_000));
      case 1 -> "{'type':'test.fail'}";
      case 2 ->
          "{'type':'response.cancel','response_id':'turn_%d'}".formatted(1 + random.nextInt(8));
      default -> ASK;
    };
  }
}
