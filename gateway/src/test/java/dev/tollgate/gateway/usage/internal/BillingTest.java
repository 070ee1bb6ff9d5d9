package dev.tollgate.gateway.usage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.Extent;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import dev.tollgate.gateway.pipeline.RouteSettings.Timeouts;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.tokens.TokensProperties;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import dev.tollgate.gateway.usage.UsageDetails;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter.Finished;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageReading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Bills of streams that were cut. Every token costs one micro-dollar. */
class BillingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long PASSED = 30;

  private static final UsagePricing.OfRequest PRICING =
      (service, status, reading) -> {
        TokenUsage usage = Objects.requireNonNull(reading.usage());
        return new Charge(usage.input() + usage.output(), "prc_1");
      };

  private final Scheduler offLoop = Schedulers.newSingle("counting");
  private final InputTokens tokens =
      new InputTokens(
          new TokensProperties(
              DataSize.ofKilobytes(16), Duration.ofMillis(3), Duration.ofMillis(3)),
          offLoop);

  @AfterEach
  void stop() {
    offLoop.dispose();
  }

  /**
   * @param length as announced; negative: the body is chunked
   */
  private static GatewayExchange exchange(
      Operation operation, long length, RequestContent content) {
    MockServerHttpRequest.BodyBuilder request = MockServerHttpRequest.post("/v1/something");
    if (length < 0) {
      request.header(HttpHeaders.TRANSFER_ENCODING, "chunked");
    } else {
      request.contentLength(length);
    }
    Protocol protocol =
        operation == Operation.PASSTHROUGH ? Protocol.PASS_THROUGH : Protocol.OPENAI;
    GatewayExchange exchange =
        GatewayExchange.begin(MockServerWebExchange.from(request.build()), "req_1", protocol, 0);
    exchange.matched(route(protocol, operation));
    exchange.put(RequestContent.KEY, content);
    exchange.put(
        Caller.KEY,
        new Caller("key_1", null, "org_1", null, List.of("prj_1"), null, List.of(), null, "{}"));
    exchange.put(Admission.KEY, Admission.unlimited(Instant.EPOCH, () -> Unsettled.NOTHING));
    return exchange;
  }

  private static Route route(Protocol protocol, Operation operation) {
    Duration minute = Duration.ofMinutes(1);
    RouteSettings settings =
        new RouteSettings(
            protocol,
            operation,
            new Timeouts(minute, minute, minute, minute),
            DataSize.ofMegabytes(1),
            DataSize.ofMegabytes(1),
            ClientGone.CANCEL,
            false);
    return Route.async()
        .id("route")
        .uri(URI.create("tollgate://openai"))
        .predicate(any -> true)
        .metadata(RouteSettings.METADATA, settings)
        .build();
  }

  private static RequestContent content(Body body) {
    return new RequestContent(
        "gpt-4o",
        null,
        true,
        body,
        null,
        Features.NONE,
        List.of(),
        new Extent(List.of(), true, false, null, false, false));
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, UTF_8);
  }

  private static Bill cut(Billing billing) {
    return cut(billing, UsageReading.NOTHING);
  }

  private static Finished cancelled(UsageReading reading) {
    return new Finished(
        TestService.openAi("openai", "https://api.openai.com").snapshot(),
        1,
        true,
        200,
        true,
        1,
        reading,
        PASSED,
        null,
        Outcome.CANCELLED,
        null);
  }

  private static Bill cut(Billing billing, UsageReading reading) {
    Finished finished = cancelled(reading);
    assertThat(billing.isTold(finished)).isFalse();
    try {
      return billing.counted(finished).blockOptional(PATIENCE).orElseThrow();
    } finally {
      billing.done();
    }
  }

  private static void assertInput(Bill bill, long input) {
    assertThat(bill.estimated()).isTrue();
    assertThat(bill.usage()).isEqualTo(new TokenUsage(input, PASSED, 0, 0, 0));
    assertThat(bill.charge()).isEqualTo(new Charge(input + PASSED, "prc_1"));
  }

  /** No byte is more than a token, whatever the request's head says of their number. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void chargesTheLengthOfABodyThatNobodyHadTheTimeToCount(boolean chunked) {
    String json = "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    WholeBody body = new WholeBody(bytes(json));
    long length = chunked ? -1 : json.length();
    GatewayExchange exchange =
        exchange(Operation.CHAT_COMPLETION, length, content(new Body.Whole(body)));
    Billing billing = new Billing(exchange, tokens, PRICING, false);
    body.leave();
    offLoop.dispose();

    assertInput(cut(billing), json.length());
  }

  @Test
  void chargesWhatHasPassedOfABodyWithoutALength() {
    Body.Passing body =
        new Body.Passing(Flux.just(bytes("a".repeat(100)), bytes("b".repeat(11))), null, null);
    GatewayExchange exchange = exchange(Operation.PASSTHROUGH, -1, content(body));
    Billing billing = new Billing(exchange, tokens, PRICING, false);
    Body.Passing sent = (Body.Passing) exchange.get(RequestContent.KEY).body();
    sent.bytes().doOnNext(ByteBuf::release).blockLast(PATIENCE);

    assertInput(cut(billing), 111);
  }

  /** Nothing of sound can be counted, and no limit has reserved anything. */
  @Test
  void chargesTheMostForATranscriptionThatBreaksOff() {
    Body.Passing body = new Body.Passing(Flux.empty(), null, null);
    GatewayExchange exchange = exchange(Operation.AUDIO, 70, content(body));
    Unsettled most = new Unsettled(new TokenUsage(7, 8, 0, 0, 0), new Charge(99, "prc_2"));
    exchange.put(Admission.KEY, Admission.unlimited(Instant.EPOCH, () -> most));
    UsagePricing.OfRequest bySecond = (service, status, reading) -> null;

    Bill bill = cut(new Billing(exchange, tokens, bySecond, false));
    assertThat(bill).isEqualTo(new Bill(most.tokens(), true, most.charge()));
  }

  @Test
  void chargesTheAnnouncedLengthOfABodyThatPasses() {
    Body.Passing body = new Body.Passing(Flux.empty(), null, null);
    GatewayExchange exchange = exchange(Operation.PASSTHROUGH, 70, content(body));

    assertInput(cut(new Billing(exchange, tokens, PRICING, false)), 70);
  }

  private static UsageReading told(long output, long passedBefore) {
    TokenUsage usage = new TokenUsage(7, output, 0, 0, 0);
    return new UsageReading(usage, null, UsageDetails.NONE, false, null, passedBefore);
  }

  /** However little that is: a stream may be cut after a few words. */
  @Test
  void addsWhatHasPassedSinceTheProviderTold() {
    Body.Passing body = new Body.Passing(Flux.empty(), null, null);
    GatewayExchange exchange = exchange(Operation.CHAT_COMPLETION, 70, content(body));

    Bill bill = cut(new Billing(exchange, tokens, PRICING, false), told(1, 4));
    assertThat(bill.usage()).isEqualTo(new TokenUsage(7, 1 + PASSED - 4, 0, 0, 0));
    assertThat(bill.charge()).isEqualTo(new Charge(7 + 1 + PASSED - 4, "prc_1"));
    assertThat(bill.estimated()).isTrue();
  }

  /** Our own count may be above it by much. */
  @Test
  void believesAProviderThatToldOfAllThatHasPassed() {
    Body.Passing body = new Body.Passing(Flux.empty(), null, null);
    GatewayExchange exchange = exchange(Operation.CHAT_COMPLETION, 70, content(body));
    Billing billing = new Billing(exchange, tokens, PRICING, false);

    assertThat(billing.isTold(cancelled(told(2, PASSED)))).isTrue();
  }
}
