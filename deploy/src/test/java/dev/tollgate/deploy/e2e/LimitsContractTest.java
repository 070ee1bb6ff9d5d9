package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.document.Reading;
import dev.tollgate.admin.virtualkey.policy.EffectivePolicy;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.ConcurrencyLimits;
import dev.tollgate.gateway.policy.LimitRules.CostLimits;
import dev.tollgate.gateway.policy.LimitRules.ModelLimits;
import dev.tollgate.gateway.policy.LimitRules.RequestLimits;
import dev.tollgate.gateway.policy.LimitRules.TokenLimits;
import dev.tollgate.gateway.policy.LimitedModels;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the admin API keeps of limits is what the gateway reads: written in every form, normalised
 * by the one and compiled by the other.
 */
class LimitsContractTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Subject KEY = Subject.key("key_1");

  /** As it will be when every field is enforced. */
  private static final DocumentReader READER =
      new DocumentReader(PolicyFields.KEY_POLICY, _ -> true);

  private static final RequestLimits ANY_REQUESTS = new RequestLimits(null, null, null, null, null);
  private static final TokenLimits ANY_TOKENS = new TokenLimits(null, null, null);
  private static final CostLimits ANY_COSTS = new CostLimits(null, null, null, null, null);
  private static final ConcurrencyLimits ANY_CONCURRENCY = new ConcurrencyLimits(null, null, null);

  record Written(String document, LimitRules meant) {}

  private static LimitRules of(RequestLimits requests) {
    return new LimitRules(
        KEY, requests, ANY_TOKENS, ANY_COSTS, ANY_CONCURRENCY, LimitedModels.NONE);
  }

  private static LimitRules of(CostLimits costs) {
    return new LimitRules(
        KEY, ANY_REQUESTS, ANY_TOKENS, costs, ANY_CONCURRENCY, LimitedModels.NONE);
  }

  private static LimitRules of(Map<String, ModelLimits> models) {
    return new LimitRules(
        KEY, ANY_REQUESTS, ANY_TOKENS, ANY_COSTS, ANY_CONCURRENCY, LimitedModels.of(models));
  }

  static Stream<Written> documents() {
    return Stream.of(
        new Written("{}", of(ANY_REQUESTS)),
        new Written(
            """
            {'rate_limits':{
              'requests':{'per_second':10,'per_minute':100,'per_hour':1000,'per_day':10000,'burst_size':20},
              'tokens':{'input_per_minute':100000,'output_per_minute':50000,'total_per_day':10000000},
              'costs':{'per_request_max':1.00,'per_hour_max':10.00,'per_day_max':'100.00',
                       'per_month_max':1000.00,'alert_threshold':0.8},
              'concurrency':{'max_parallel_requests':5,'max_queued_requests':20,'max_queue_wait':'10s'}}}\
            """,
            new LimitRules(
                KEY,
                new RequestLimits(10L, 100L, 1000L, 10_000L, 20L),
                new TokenLimits(100_000L, 50_000L, 10_000_000L),
                new CostLimits(1_000_000L, 10_000_000L, 100_000_000L, 1_000_000_000L, 800_000L),
                new ConcurrencyLimits(5L, 20L, Duration.ofSeconds(10)),
                LimitedModels.NONE)),
        new Written(
            "{'rate_limits':{'requests':{'per_day':0},'costs':{},'tokens':null}}",
            of(new RequestLimits(null, null, null, 0L, null))),
        new Written(
            "{'rate_limits':{'requests':{'per_day':9007199254740991}}}",
            of(new RequestLimits(null, null, null, 9_007_199_254_740_991L, null))),
        new Written(
            "{'permissions':{'max_requests_per_minute':3,'max_requests_per_day':4}}",
            of(new RequestLimits(null, 3L, null, 4L, null))),
        new Written(
            "{'permissions':{'max_cost_per_day':'0.50'}}",
            of(new CostLimits(null, null, 500_000L, null, null))),
        new Written(
            """
            {'permissions':{'models':{'cost_limits':{'gpt-4o':{'max_cost_per_day':'10.00'},
              'a/b~c':{'max_tokens_per_request':4000,'max_requests_per_day':0}}}}}\
            """,
            of(
                Map.of(
                    "gpt-4o", new ModelLimits(null, null, 10_000_000L),
                    "a/b~c", new ModelLimits(0L, 4000L, null)))),
        new Written(
            """
            {'permissions':{'models':{'limits':{'m':{'max_cost_per_day':1,'max_requests_per_day':2}}},
              'overrides':{'models':{'limits':{'m':{'max_cost_per_day':3}}}}}}\
            """,
            of(Map.of("m", new ModelLimits(2L, null, 3_000_000L)))),
        new Written(
            "{'rate_limits':{'concurrency':{'max_parallel_requests':0,'max_queue_wait':'2m'}}}",
            new LimitRules(
                KEY,
                ANY_REQUESTS,
                ANY_TOKENS,
                ANY_COSTS,
                new ConcurrencyLimits(0L, null, Duration.ofMinutes(2)),
                LimitedModels.NONE)));
  }

  /** As it stands in the column that the gateway's view shows. */
  private static String stored(String written) {
    ObjectNode document = (ObjectNode) JSON.readTree(written.replace('\'', '"'));
    document.put("name", "k");
    return switch (READER.read(document, NOW)) {
      case Reading.Accepted(ObjectNode kept) -> EffectivePolicy.of(kept, List.of()).toString();
      case Reading.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private static LimitRules read(String written) {
    return PolicyDocuments.compile(KEY, stored(written)).limits();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void theGatewayReadsWhatWasMeant(Written written) {
    assertThat(read(written.document())).isEqualTo(written.meant());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      textBlock =
          """
          0, 0
          0.0, 0
          0.000001, 1
          1e-6, 1
          '0.1', 100000
          0.1, 100000
          4.35, 4350000
          1.005, 1005000
          0.29, 290000
          1.10, 1100000
          1e3, 1000000000
          '999999999.999999', 999999999999999
          999999999.999999, 999999999999999
          1000000000, 1000000000000000
          """)
  void moneyIsTheSameToTheMicroDollar(String usd, long microUsd) {
    String document = "{'rate_limits':{'costs':{'per_month_max':" + usd + "}}}";
    assertThat(read(document).costs().perMonth()).isEqualTo(microUsd);
  }

  @ParameterizedTest
  @CsvSource({"1, 1000000", "0.8, 800000", "0.000001, 1", "0.500000, 500000", "0.333333, 333333"})
  void aThresholdIsTheSameToTheMillionth(String share, long millionths) {
    String document = "{'rate_limits':{'costs':{'alert_threshold':" + share + "}}}";
    assertThat(read(document).costs().alertAt()).isEqualTo(millionths);
  }

  /** So that a field can be turned on without making documents unusable. */
  @Test
  void theGatewayKnowsEveryLimitThatTheAdminApiKnows() {
    List<Field> limits =
        PolicyFields.CEILING.fields().stream()
            .filter(field ->
                field.path().startsWith("/rate_limits/")
                    || field.path().startsWith("/permissions/models/limits/"))
            .toList();
    assertThat(limits).hasSize(19);
    for (Field field : limits) {
      ObjectNode document = JSON.createObjectNode();
      ObjectNode block = document;
      List<String> segments = Field.segments(field.path());
      for (String name : segments.subList(0, segments.size() - 1)) {
        block = block.putObject(name);
      }
      block.put(segments.getLast(), 1);
      assertThat(PolicyDocuments.compile(KEY, document.toString()).limits())
          .as(field.path())
          .isNotEqualTo(of(ANY_REQUESTS));
    }
  }
}
