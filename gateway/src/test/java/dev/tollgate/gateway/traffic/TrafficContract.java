package dev.tollgate.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.QuotaReachedException;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.support.TestDemand;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What holds wherever it is counted. Each test has subjects of its own. */
abstract class TrafficContract {

  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final AtomicInteger SUBJECTS = new AtomicInteger();

  /** What the database says, by subject; of others it says nothing at all. */
  final Map<CounterKey, Used> usedBefore = new ConcurrentHashMap<>();

  volatile boolean databaseAway;

  private String subject = "";

  /** A gateway that counts in the store under test; the same each time within a test. */
  abstract TrafficLimiter gateway();

  /** Lets time go by: any for buckets, whole periods for windows. */
  abstract void pass(Duration time);

  /** Time that has gone by, nanoseconds from any beginning. */
  abstract long nanos();

  abstract Instant now();

  final UsedBefore database() {
    return (key, at) ->
        databaseAway
            ? Mono.error(new IllegalStateException("away"))
            : Mono.just(usedBefore.getOrDefault(key, new Used(0, 0, 0)));
  }

  @BeforeEach
  void beginWithNothing() {
    subject = "x" + SUBJECTS.incrementAndGet();
  }

  final Subject key() {
    return Subject.key("key_" + subject);
  }

  private Subject project() {
    return Subject.project("prj_" + subject);
  }

  static LimitRules rules(Subject subject, String rateLimits) {
    return PolicyDocuments.compile(subject, "{\"rate_limits\": " + rateLimits + "}").limits();
  }

  final LimitRules requests(String limits) {
    return rules(key(), "{\"requests\": " + limits + "}");
  }

  private LimitRules tokens(String limits) {
    return rules(key(), "{\"tokens\": " + limits + "}");
  }

  final Demand demand(long input, long output, LimitRules... rules) {
    return of("gpt-4o", input, output, rules);
  }

  private Demand of(String model, long input, long output, LimitRules... rules) {
    return TestDemand.under(List.of(rules))
        .of("org_" + subject)
        .model(model)
        .at(now())
        .tokens(input, output)
        .demand();
  }

  final Permit admitted(Demand demand) {
    return Objects.requireNonNull(gateway().admit(demand).block(PATIENCE));
  }

  final Rejection refused(Demand demand) {
    return refusal(demand).rejection();
  }

  final QuotaReachedException refusal(Demand demand) {
    Throwable failure =
        gateway()
            .admit(demand)
            .map(permit -> new Throwable("admitted"))
            .onErrorResume(Mono::just)
            .block(PATIENCE);
    assertThat(failure).isInstanceOf(QuotaReachedException.class);
    QuotaReachedException refusal = (QuotaReachedException) Objects.requireNonNull(failure);
    assertThat(refusal.rejection().code()).isEqualTo(ErrorCode.RATE_LIMIT_EXCEEDED);
    return refusal;
  }

  private static Duration after(Rejection refusal) {
    return Objects.requireNonNull(refusal.retryAfter());
  }

  // -------------------------------------------------------------------------------- requests ----

  @Test
  void aBucketGivesWhatItHoldsAndThenWhatComesBack() {
    LimitRules three = requests("{\"per_minute\": 3}");
    for (int left = 2; left >= 0; left--) {
      Quota quota = admitted(demand(1, 1, three)).quotas().getFirst();
      assertThat(quota.remaining()).isEqualTo(left);
      assertThat(quota.limit()).isEqualTo(3);
      assertThat(quota.policy()).isEqualTo("requests-per-minute");
      assertThat(quota.window()).isEqualTo(Duration.ofMinutes(1));
      assertThat(quota.reset())
          .isBetween(
              Duration.ofSeconds(20L * (3 - left) - 5), Duration.ofSeconds(20L * (3 - left)));
    }
    Rejection refusal = refused(demand(1, 1, three));
    assertThat(after(refusal)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
    assertThat(refusal.message())
        .isEqualTo("This key has reached its limit of requests per minute.");

    pass(after(refusal));
    assertThat(admitted(demand(1, 1, three)).quotas().getFirst().remaining()).isZero();
    var _ = refused(demand(1, 1, three));
  }

  @Test
  void tellsWhatIsLeftWithoutARequestThatIsGivenBack() {
    LimitRules both =
        rules(
            key(),
            "{\"requests\": {\"per_minute\": 3, \"per_day\": 5},"
                + " \"tokens\": {\"input_per_minute\": 600}}");
    var _ = admitted(demand(200, 1, both));
    Permit permit = admitted(demand(100, 1, both));
    assertThat(permit.quotas()).extracting(Quota::remaining).containsExactly(1L, 3L, 300L);

    permit.release();
    List<Quota> left = permit.quotas();
    assertThat(left).extracting(Quota::remaining).containsExactly(2L, 4L, 400L);
    assertThat(left.getFirst().reset()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
    assertThat(left.get(2).reset()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
    assertThat(left.get(1).reset()).isGreaterThan(Duration.ofMillis(1));
    assertThat(asked(demand(100, 1, both)))
        .extracting(Quota::remaining)
        .containsExactly(2L, 4L, 400L);
  }

  @Test
  void tellsWhatIsLeftToARequestThatTakesNothing() {
    LimitRules two = requests("{\"per_minute\": 2, \"per_day\": 7, \"per_hour\": 0}");
    usedBefore.put(new CounterKey(key(), null), new Used(0, 4, 0));
    for (int i = 0; i < 3; i++) {
      assertThat(asked(demand(1, 1, two))).extracting(Quota::remaining).containsExactly(2L, 0L, 3L);
    }
    LimitRules open = requests("{\"per_minute\": 2, \"per_day\": 7}");
    var _ = admitted(demand(1, 1, open));
    assertThat(asked(demand(1, 1, open))).extracting(Quota::remaining).containsExactly(1L, 2L);
    var _ = admitted(demand(1, 1, open));
    var _ = refused(demand(1, 1, open));
    assertThat(asked(demand(1, 1, open))).extracting(Quota::remaining).containsExactly(0L, 1L);
  }

  private List<Quota> asked(Demand demand) {
    return Objects.requireNonNull(gateway().quotas(demand).block(PATIENCE));
  }

  @Test
  void aBurstIsWhatASecondsBucketHolds() {
    assertHolds(requests("{\"per_second\": 1, \"burst_size\": 30}"), 30, 1);
    Quota quota =
        refusal(demand(1, 1, requests("{\"per_second\": 0, \"burst_size\": 30}")))
            .quotas()
            .getFirst();
    assertThat(quota.limit()).isZero();
  }

  @Test
  void withoutABurstASecondsBucketHoldsWhatComesBackInOne() {
    assertHolds(requests("{\"per_second\": 3}"), 3, 3);
  }

  /** The next one is refused, unless it has come back by then. */
  private void assertHolds(LimitRules limit, int capacity, int perSecond) {
    long begun = nanos();
    int admitted = 1;
    assertThat(admitted(demand(1, 1, limit)).quotas().getFirst().limit()).isEqualTo(capacity);
    while (admitted < 1000 && isAdmitted(demand(1, 1, limit))) {
      admitted++;
    }
    double back = perSecond * (nanos() - begun) / 1e9;
    assertThat(admitted).isBetween(capacity, capacity + (int) back);
  }

  private boolean isAdmitted(Demand demand) {
    return Boolean.TRUE.equals(
        gateway()
            .admit(demand)
            .map(permit -> true)
            .onErrorReturn(QuotaReachedException.class, false)
            .block(PATIENCE));
  }

  @ParameterizedTest
  @CsvSource({"per_hour,HOURS", "per_day,DAYS"})
  void anHourAndADayAreOfTheCalendar(String field, ChronoUnit period) {
    LimitRules two = requests("{\"%s\": 2}".formatted(field));
    Instant next = now().truncatedTo(period).plus(period.getDuration());
    var _ = admitted(demand(1, 1, two));
    var _ = admitted(demand(1, 1, two));
    Rejection refusal = refused(demand(1, 1, two));
    assertThat(after(refusal)).isCloseTo(Duration.between(now(), next), Duration.ofSeconds(10));

    pass(period.getDuration());
    assertThat(admitted(demand(1, 1, two)).quotas().getFirst().remaining()).isEqualTo(1);
  }

  @Test
  void aModelHasARateOfItsOwn() {
    LimitRules ofModel =
        PolicyDocuments.compile(
                key(),
                """
                {"permissions": {"models": {"limits": {"gpt-4o": {"max_requests_per_day": 1}}}}}\
                """)
            .limits();
    var _ = admitted(demand(1, 1, ofModel));
    assertThat(refused(demand(1, 1, ofModel)).message())
        .isEqualTo("This key has reached its limit of model requests per day.");
    assertThat(gateway().admit(of("gpt-4.1", 1, 1, ofModel)).block(PATIENCE)).isSameAs(Permit.NONE);
  }

  @Test
  void allSpellingsOfAModelCountTogether() {
    LimitRules ofModel =
        PolicyDocuments.compile(
                key(),
                """
                {"permissions": {"models": {"limits": {"gpt-4o": {"max_requests_per_day": 3}}}}}\
                """)
            .limits();
    for (String model : List.of("GPT-4O", "gpt-4o:latest", "gpt-4o")) {
      var _ = admitted(of(model, 1, 1, ofModel));
    }
    for (String model : List.of("Gpt-4o", "gpt-4o@2024", "gpt-4o")) {
      assertThat(refused(of(model, 1, 1, ofModel)).message())
          .isEqualTo("This key has reached its limit of model requests per day.");
    }
  }

  private static void assertFutile(Rejection refusal, Duration period) {
    assertThat(refusal.futile()).isTrue();
    assertThat(refusal.retryAfter()).isEqualTo(period);
  }

  @Test
  void zeroMeansNone() {
    Rejection refusal = refused(demand(1, 1, requests("{\"per_minute\": 0}")));
    assertThat(refusal.message()).isEqualTo("This key is allowed no requests per minute.");
    assertFutile(refusal, Duration.ofMinutes(1));
    assertFutile(
        refused(demand(1, 1, tokens("{\"output_per_minute\": 0}"))), Duration.ofMinutes(1));
    assertFutile(refused(demand(1, 1, tokens("{\"total_per_day\": 0}"))), Duration.ofDays(1));
    // One that takes none of it is not held up.
    var _ = admitted(demand(1, 0, tokens("{\"output_per_minute\": 0}")));
  }

  /** The largest number that the admin API takes. */
  @Test
  void theLargestLimitsLimitNothing() {
    LimitRules most =
        rules(
            key(),
            """
            {"requests": {"per_second": MOST, "burst_size": MOST, "per_minute": MOST, "per_day": MOST},
             "tokens": {"input_per_minute": MOST, "output_per_minute": MOST, "total_per_day": MOST}}\
            """
                .replace("MOST", "9007199254740991"));
    admitted(demand(1000, 1000, most)).settle(new Spent(5000, 5000, 0));
    assertThat(admitted(demand(1000, 1000, most)).quotas())
        .allMatch(quota -> quota.remaining() > 9_007_199_254_000_000L);
  }

  @Test
  void allLevelsAreTakenTogetherOrNone() {
    LimitRules five = requests("{\"per_day\": 5}");
    LimitRules two = rules(project(), "{\"requests\": {\"per_day\": 2}}");
    var _ = admitted(demand(1, 1, five, two));
    var _ = admitted(demand(1, 1, five, two));
    for (int i = 0; i < 10; i++) {
      QuotaReachedException refusal = refusal(demand(1, 1, five, two));
      assertThat(refusal.rejection().message()).startsWith("This project has reached");
      assertThat(refusal.quotas()).extracting(Quota::remaining).containsExactly(3L, 0L);
    }
    assertThat(admitted(demand(1, 1, five)).quotas().getFirst().remaining()).isEqualTo(2);
  }

  @Test
  void theLongestWaitCounts() {
    for (String limits :
        List.of(
            "{\"per_second\": 1, \"burst_size\": 1, \"per_minute\": 1}",
            "{\"per_minute\": 1, \"per_second\": 1, \"burst_size\": 1}")) {
      beginWithNothing();
      var _ = admitted(demand(1, 1, requests(limits)));
      Rejection refusal = refused(demand(1, 1, requests(limits)));
      assertThat(after(refusal)).isBetween(Duration.ofSeconds(40), Duration.ofMinutes(1));
      assertThat(refusal.message()).endsWith("requests per minute.");
    }
  }

  @Test
  void ofManyAtOnceAsManyAreAdmittedAsFit() {
    LimitRules ten = requests("{\"per_day\": 10, \"per_minute\": 12}");
    Integer admitted =
        Flux.range(0, 64)
            .flatMap(
                i ->
                    gateway()
                        .admit(demand(1, 1, ten))
                        .map(permit -> 1)
                        .onErrorReturn(QuotaReachedException.class, 0),
                64)
            .reduce(0, Integer::sum)
            .block(PATIENCE);
    assertThat(admitted).isEqualTo(10);
  }

  @Test
  void aLimitMayBeLoweredAndRaised() {
    var _ = admitted(demand(1, 1, requests("{\"per_day\": 10}")));
    var _ = admitted(demand(1, 1, requests("{\"per_day\": 10}")));
    var _ = refused(demand(1, 1, requests("{\"per_day\": 2}")));
    assertThat(admitted(demand(1, 1, requests("{\"per_day\": 5}"))).quotas().getFirst().remaining())
        .isEqualTo(2);
    var _ = admitted(demand(1, 1, requests("{\"per_minute\": 10}")));
    var _ = admitted(demand(1, 1, requests("{\"per_minute\": 10}")));
    // A fifth of it is taken, and stays so.
    assertThat(
            admitted(demand(1, 1, requests("{\"per_minute\": 100}")))
                .quotas()
                .getFirst()
                .remaining())
        .isBetween(79L, 85L);
  }

  /** What is missing is a part of the bucket, not a time. */
  @Test
  void aBucketThatIsMadeSmallerAndFasterDoesNotOweTheOldTime() {
    LimitRules slow = requests("{\"per_second\": 1, \"burst_size\": 100}");
    for (int i = 0; i < 100; i++) {
      var _ = admitted(demand(1, 1, slow));
    }
    LimitRules fast = requests("{\"per_second\": 2, \"burst_size\": 50}");
    // From now on it fills as fast as is told.
    Duration wait = after(refused(demand(1, 1, fast)));
    assertThat(wait).isLessThanOrEqualTo(Duration.ofMillis(500));
    pass(wait);
    assertThat(admitted(demand(1, 1, fast)).quotas().getFirst().remaining()).isLessThan(25);
  }

  // ---------------------------------------------------------------------------------- tokens ----

  @Test
  void aRefusedRequestConsumesNothing() {
    LimitRules ten = tokens("{\"total_per_day\": 10}");
    var _ = admitted(demand(5, 3, ten));
    var _ = refused(demand(4, 1, ten));
    assertThat(admitted(demand(1, 1, ten)).quotas().getFirst().remaining()).isZero();
  }

  @Test
  void aReleaseGivesEverythingBack() {
    LimitRules all =
        rules(
            key(),
            """
            {"requests": {"per_minute": 1, "per_day": 1, "per_hour": 1},
             "tokens": {"input_per_minute": 10, "output_per_minute": 10, "total_per_day": 20}}\
            """);
    for (int i = 0; i < 5; i++) {
      Permit permit = admitted(demand(10, 10, all));
      assertThat(permit.quotas()).extracting(Quota::remaining).containsOnly(0L);
      permit.release();
      permit.release();
      permit.settle(new Spent(10, 10, 0));
      awaitRemaining(1, requests("{\"per_day\": 2}"));
    }
  }

  /**
   * Corrections may come a little later; the request that looks is given back. It is refused itself
   * while all of the limit is held by those that have not been given back yet.
   */
  final void awaitRemaining(long expected, LimitRules rules) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(QuotaReachedException.class)
        .untilAsserted(() -> {
          Permit permit = admitted(demand(0, 0, rules));
          List<Quota> quotas = permit.quotas();
          permit.release();
          assertThat(quotas.getFirst().remaining()).isEqualTo(expected);
        });
  }

  @Test
  void settlingGivesTheSurplusBack() {
    LimitRules limits =
        tokens("{\"input_per_minute\": 10, \"output_per_minute\": 10, \"total_per_day\": 20}");
    Permit permit = admitted(demand(8, 10, limits));
    permit.settle(new Spent(3, 4, 0));
    awaitRemaining(7, tokens("{\"input_per_minute\": 10}"));
    awaitRemaining(6, tokens("{\"output_per_minute\": 10}"));
    awaitRemaining(13, tokens("{\"total_per_day\": 20}"));
    permit.settle(new Spent(0, 0, 0));
    permit.release();
    awaitRemaining(13, tokens("{\"total_per_day\": 20}"));
  }

  @Test
  void whatWasSpentBeyondIsOwed() {
    LimitRules input = tokens("{\"input_per_minute\": 10}");
    Permit permit = admitted(demand(10, 0, input));
    permit.settle(new Spent(20, 0, 0));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> after(refused(demand(1, 0, input))).toSeconds() > 60);

    pass(Duration.ofSeconds(60));
    assertThat(after(refused(demand(1, 0, input)))).isLessThan(Duration.ofSeconds(7));
    pass(Duration.ofSeconds(6));
    assertThat(admitted(demand(1, 0, input)).quotas().getFirst().remaining()).isZero();
  }

  @Test
  void aWindowThatIsOverIsNotPaidBack() {
    LimitRules day = tokens("{\"total_per_day\": 20}");
    Permit surplus = admitted(demand(10, 0, day));
    Permit debt = admitted(demand(10, 0, day));
    pass(Duration.ofDays(1));
    awaitRemaining(20, day);
    surplus.settle(new Spent(1, 0, 0));
    debt.settle(new Spent(15, 0, 0));
    awaitRemaining(20, day);
  }

  @Test
  void aProviderThatTellsOfAbsurdlyManyTokensLeavesADebtAndHarmsNothingElse() {
    LimitRules limits = tokens("{\"output_per_minute\": 5}");
    Permit first = admitted(demand(1, 1, limits));
    Permit second = admitted(demand(1, 1, limits));
    first.settle(new Spent(1, 1_000_000_000_000L, 0));
    second.settle(new Spent(1, 1_000_000_000_000L, 0));
    awaitRemaining(0, limits);

    QuotaReachedException refusal = refusal(demand(1, 1, limits));
    assertThat(after(refusal.rejection())).isGreaterThan(Duration.ofDays(300));
    assertThat(refusal.quotas().getFirst().reset()).isGreaterThan(Duration.ofDays(300));
  }

  @Test
  void anAnswerWithoutAMaximumTakesStepByStep() {
    LimitRules limits = tokens("{\"output_per_minute\": 10, \"total_per_day\": 100}");
    Permit permit = admitted(demand(1, 4, limits));
    permit.extend(new Spent(0, 4, 0)).block(PATIENCE);
    Throwable failure =
        permit
            .extend(new Spent(0, 4, 0))
            .<Throwable>map(v -> new Throwable())
            .onErrorResume(Mono::just)
            .block(PATIENCE);
    assertThat(failure).isInstanceOf(QuotaReachedException.class);
    awaitRemaining(91, tokens("{\"total_per_day\": 100}"));
    permit.settle(new Spent(1, 7, 0));
    awaitRemaining(3, tokens("{\"output_per_minute\": 10}"));
    awaitRemaining(92, tokens("{\"total_per_day\": 100}"));
  }

  @Test
  void anotherTurnTakesItsTokensAndNoRequest() {
    LimitRules limits =
        rules(
            key(),
            """
            {"requests": {"per_hour": 1}, "tokens": {"input_per_minute": 10, "total_per_day": 100}}\
            """);
    Permit first = admitted(demand(4, 5, limits));
    Permit second = Objects.requireNonNull(first.another().block(PATIENCE));
    awaitRemaining(82, tokens("{\"total_per_day\": 100}"));
    assertThatThrownBy(() -> first.another().block(PATIENCE))
        .isInstanceOf(QuotaReachedException.class);
    awaitRemaining(82, tokens("{\"total_per_day\": 100}"));

    second.settle(new Spent(1, 1, 0));
    awaitRemaining(89, tokens("{\"total_per_day\": 100}"));
    awaitRemaining(5, tokens("{\"input_per_minute\": 10}"));
    first.settle(new Spent(4, 5, 0));
    awaitRemaining(89, tokens("{\"total_per_day\": 100}"));
  }

  @Test
  void whatAConversationIsToldOfTakesInputToo() {
    LimitRules limits = tokens("{\"input_per_minute\": 10, \"total_per_day\": 100}");
    Permit first = admitted(demand(4, 5, limits));
    first.extend(new Spent(6, 1, 0)).block(PATIENCE);
    awaitRemaining(84, tokens("{\"total_per_day\": 100}"));
    assertThatThrownBy(() -> first.extend(new Spent(1, 1, 0)).block(PATIENCE))
        .isInstanceOf(QuotaReachedException.class);
  }

  @Test
  void aMaximumBeyondTheBucketTakesAllOfIt() {
    Permit permit =
        admitted(
            demand(3, 1_000_000, tokens("{\"output_per_minute\": 10, \"total_per_day\": 100}")));
    assertThat(permit.quotas()).extracting(Quota::remaining).containsExactly(0L, 0L);
  }

  @Test
  void whatNeverFitsIsNotToBeAskedAgain() {
    Rejection refusal = refused(demand(11, 0, tokens("{\"input_per_minute\": 10}")));
    assertThat(refusal.message())
        .isEqualTo(
            "The request needs more than this key's whole limit of input tokens per minute.");
    assertFutile(refusal, Duration.ofMinutes(1));
  }

  @Test
  void aRequestThatNobodyWaitsForGivesBack() {
    LimitRules two = requests("{\"per_day\": 2}");
    awaitRemaining(1, two);
    for (int i = 0; i < 20; i++) {
      gateway().admit(demand(1, 1, two)).subscribe(permit -> permit.release()).dispose();
    }
    awaitRemaining(1, two);
  }

  @Test
  void nothingIsTakenEarlyOnAPreconditionThatDoesNotHold() {
    LimitRules two = requests("{\"per_day\": 2}");
    Precondition none = new Precondition("tollgate:test:" + key(), "nobody");
    for (int i = 0; i < 5; i++) {
      assertThat(gateway().admitIf(none, demand(1, 1, two)).blockOptional(PATIENCE)).isEmpty();
    }
    assertThat(admitted(demand(1, 1, two)).quotas().getFirst().remaining()).isEqualTo(1);
    assertThat(gateway().admitIf(none, demand(1, 1)).block(PATIENCE)).isSameAs(Permit.NONE);
  }

  // ---------------------------------------------------------------------------------- before ----

  @Test
  void whatWasUsedBeforeCounts() {
    usedBefore.put(new CounterKey(key(), null), new Used(1, 3, 70));
    LimitRules limits =
        rules(
            key(),
            """
            {"requests": {"per_hour": 10, "per_day": 10}, "tokens": {"total_per_day": 100}}\
            """);
    assertThat(admitted(demand(10, 0, limits)).quotas())
        .extracting(Quota::remaining)
        .containsExactly(8L, 6L, 20L);
    // Not again, though the database now knows of it.
    usedBefore.put(new CounterKey(key(), null), new Used(2, 4, 80));
    assertThat(admitted(demand(10, 0, limits)).quotas())
        .extracting(Quota::remaining)
        .containsExactly(7L, 5L, 10L);
  }

  @Test
  void aRefusalRemembersWhatWasUsedBefore() {
    usedBefore.put(new CounterKey(key(), null), new Used(9, 9, 0));
    var _ = refused(demand(1, 1, requests("{\"per_day\": 5}")));
    usedBefore.clear();
    var _ = refused(demand(1, 1, requests("{\"per_day\": 5}")));
  }

  // ------------------------------------------------------------------------------ properties ----

  /** Random requests, ends and pauses: in any time no more comes through than fits in it. */
  @Test
  void inAnyTimeNoMoreIsAdmittedThanTheCapacityAndWhatCameBack() {
    Random random = new Random(20261121);
    for (int round = 0; round < 5; round++) {
      subject = "p" + SUBJECTS.incrementAndGet();
      int perMinute = 1 + random.nextInt(30);
      LimitRules rules =
          rules(
              key(),
              """
              {"requests": {"per_minute": %d}, "tokens": {"input_per_minute": %d}}\
              """
                  .formatted(perMinute, 10 * perMinute));
      List<Taking> requests = new ArrayList<>();
      List<Taking> tokens = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        long input = random.nextInt(15);
        long before = nanos();
        Permit permit = gateway().admit(demand(input, 0, rules)).onErrorComplete().block(PATIENCE);
        if (permit != null) {
          long spent = random.nextInt(15);
          permit.settle(new Spent(spent, 0, 0));
          requests.add(new Taking(before, nanos(), 1));
          tokens.add(new Taking(before, nanos(), Math.min(spent, input)));
        }
        pass(Duration.ofMillis(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 2_000)));
      }
      assertThat(requests).hasSizeGreaterThan(5);
      assertBounded(requests, perMinute);
      assertBounded(tokens, 10L * perMinute);
    }
  }

  record Taking(long from, long to, long amount) {}

  static void assertBounded(List<Taking> takings, long perMinute) {
    double perNano = perMinute / 60e9;
    for (int first = 0; first < takings.size(); first++) {
      long sum = 0;
      for (int last = first; last < takings.size(); last++) {
        sum += takings.get(last).amount();
        double back = (takings.get(last).to() - takings.get(first).from()) * perNano;
        assertThat((double) sum).isLessThanOrEqualTo(perMinute + back + 0.001);
      }
    }
  }

  static @Nullable Throwable failure(Mono<?> mono) {
    return mono.<Throwable>map(value -> new IllegalStateException("no failure"))
        .onErrorResume(Mono::just)
        .block(PATIENCE);
  }
}
