package dev.tollgate.gateway.admission.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.subject.FullPolicy;
import dev.tollgate.gateway.admission.AdmissionProperties;
import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.concurrency.internal.BenchmarkConcurrency;
import dev.tollgate.gateway.ledger.internal.BenchmarkBudgets;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.prices.AnsweredModels;
import dev.tollgate.gateway.prices.ImagePrices;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.prices.ModelPrice.Apiece;
import dev.tollgate.gateway.prices.PriceBook;
import dev.tollgate.gateway.prices.Prices;
import dev.tollgate.gateway.prices.SearchPrices;
import dev.tollgate.gateway.prices.TokenPrices;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.tokens.TokensProperties;
import dev.tollgate.gateway.traffic.BenchmarkTraffic;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * One chat completion of 1 KB through every limit and budget there is, each set at all four levels,
 * in memory: its tokens (which were counted before), its price, requests at once, requests and
 * tokens in a time, budgets; the headers that tell of them; and its settlement. Journal and usage
 * row are not in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AdmissionBenchmark {

  private static final long STEP = 2_048;
  private static final AdmissionProperties DEFAULTS =
      new AdmissionProperties(16_384, 128_000, 256, STEP);
  private static final TokensProperties COUNTING =
      new TokensProperties(
          DataSize.ofKilobytes(16), Duration.ofMillis(100), Duration.ofSeconds(10));
  private static final TokenUsage USAGE = new TokenUsage(180, 120, 0, 0, 0);
  private static final Charge CHARGE = new Charge(99, "prc_1");
  private static final Spent SPENT = new Spent(180, 120, 99);

  private final List<CompiledPolicy> documents =
      List.of(
          document(Subject.organization("org_1")),
          document(Subject.project("prj_1")),
          document(Subject.team("team_1")),
          document(Subject.key("key_1")));
  private final List<LimitRules> rules = documents.stream().map(CompiledPolicy::limits).toList();
  private final BenchmarkRequest request =
      new BenchmarkRequest(new AppliedPolicies(documents), body());
  private final TermsReader terms =
      new TermsReader(
          new InputTokens(COUNTING, Schedulers.boundedElastic()),
          new BenchmarkPrices(BOOK, new AnsweredModels()),
          DEFAULTS,
          InstantSource.system());
  private final Limiter concurrency = BenchmarkConcurrency.create();
  private final Limiter traffic = BenchmarkTraffic.create();
  private final Limiter budgets = BenchmarkBudgets.create();
  private final AdmissionFilter filter =
      new AdmissionFilter(
          List.of(concurrency, traffic, budgets), terms, STEP, InstantSource.system());
  private final Demand demand =
      new Demand("req_1", "org_1", rules, Target.MODEL, Instant.now(), false, 200, 200, 150, null);

  private static final PriceBook BOOK =
      new PriceBook(
          List.of(
              new PriceBook.Entry(
                  null,
                  "openai",
                  "gpt-4o-mini*",
                  Instant.EPOCH,
                  new ModelPrice(
                      "prc_1",
                      Instant.EPOCH,
                      new TokenPrices(
                          150_000, 75_000, 150_000, 150_000, 150_000, 150_000, 600_000, 600_000,
                          600_000, 600_000),
                      List.of(),
                      new Apiece(0, SearchPrices.NONE, 0, 0, ImagePrices.NONE),
                      16_384L,
                      128_000L,
                      false))));

  private record BenchmarkPrices(PriceBook book, AnsweredModels answeredModels) implements Prices {}

  private static CompiledPolicy document(Subject subject) {
    return PolicyDocuments.compile(
        subject, JsonMapper.shared().writeValueAsString(FullPolicy.members()));
  }

  private static ByteBuf body() {
    String text =
        "{\"model\":\"gpt-4o-mini\",\"temperature\":0.2,\"messages\":[{\"role\":\"system\","
            + "\"content\":\"You are a helpful assistant.\"},{\"role\":\"user\",\"content\":\""
            + "The quick brown fox jumps over the lazy dog, and then it goes home. ".repeat(12)
            + "\"}],\"max_completion_tokens\":200}";
    return Unpooled.directBuffer().writeBytes(text.getBytes(US_ASCII));
  }

  /** The encoding is loaded, and the pieces of the prompt are remembered. */
  @Setup
  public void once() {
    var _ = whole();
  }

  /** All of it. */
  @Benchmark
  public GatewayExchange whole() {
    GatewayExchange exchange = request.begin();
    filter.filter(exchange, () -> Mono.fromRunnable(() -> settle(exchange))).block();
    return exchange;
  }

  private static void settle(GatewayExchange exchange) {
    Admission admission = exchange.get(Admission.KEY);
    if (admission.reserved() == null) {
      throw new IllegalStateException("no budget has asked for the price");
    }
    admission.settle(USAGE, CHARGE);
    admission.whenStored().run();
  }

  /** What the request may take at most: tokens, output, price. */
  @Benchmark
  public Object terms() {
    return Objects.requireNonNull(terms.read(request.begin(), rules, Instant.now()).block());
  }

  @Benchmark
  public Permit concurrency() {
    return settled(concurrency);
  }

  @Benchmark
  public Permit traffic() {
    return settled(traffic);
  }

  @Benchmark
  public Permit budgets() {
    return settled(budgets);
  }

  private Permit settled(Limiter limiter) {
    Permit permit = Objects.requireNonNull(limiter.admit(demand).block());
    permit.settle(SPENT);
    Runnable whenStored = permit.whenStored();
    if (whenStored != null) {
      whenStored.run();
    }
    return permit;
  }
}
