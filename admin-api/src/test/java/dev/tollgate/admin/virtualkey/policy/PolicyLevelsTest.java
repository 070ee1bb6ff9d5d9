package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Documents.NOW;
import static dev.tollgate.admin.document.Documents.accepted;
import static dev.tollgate.admin.document.Documents.json;
import static dev.tollgate.admin.document.Documents.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.problem.FieldError;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class PolicyLevelsTest {
  private static final DocumentReader READER =
      new DocumentReader(PolicyFields.CEILING, field -> true);
  private static final String NETWORK = "/security/network_restrictions/";
  private static final String DOMAIN = "/security/domain_restrictions/";

  /** Of a field: a ceiling, what of a key is within it, what is not and where, and both in sum. */
  record Case(String ceiling, String within, @Nullable String beyond, String pointer, String sum) {}

  private static final Case PERMISSION = new Case("false", "false", "true", "", "false");
  private static final Case DEMAND = new Case("true", "true", "false", "", "true");
  private static final Case NUMBER = new Case("10", "9", "11", "", "10");
  private static final Case DENIED = new Case("['a']", "['b']", null, "", "['a','b']");

  private static final Map<String, Case> CASES = cases();

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new HashMap<>();
    cases.put(
        "/permissions/models/allowed",
        new Case(
            "['gpt-*','o1']",
            "['gpt-4o','o1']",
            "['gpt-4o','*-mini']",
            "/1",
            "['gpt-4o','gpt-mini','gpt-*-mini']"));
    cases.put("/permissions/models/denied", DENIED);
    cases.put(
        "/permissions/operations",
        new Case("['read']", "['read']", "['read','write']", "/1", "['read']"));
    cases.put(
        "/permissions/routing/allowed_providers",
        new Case("['openai','groq']", "['groq']", "['groq','x']", "/1", "['groq']"));
    cases.put(
        "/permissions/routing/force_provider",
        new Case("'openai'", "'openai'", "'groq'", "", "['openai','groq']"));
    cases.put("/permissions/require_approval", DEMAND);
    cases.put(
        NETWORK + "ip_whitelist",
        new Case(
            "['10.0.0.0/8','2001:db8::/32']",
            "['10.1.0.0/16','10.0.0.1','2001:db8:1::/48']",
            "['10.1.0.0/16','10.0.0.0/7']",
            "/1",
            "['10.1.0.0/16','10.0.0.0/8']"));
    cases.put(
        NETWORK + "ip_blacklist",
        new Case("['10.0.0.0/8']", "['10.1.0.0/16']", null, "", "['10.0.0.0/8','10.1.0.0/16']"));
    cases.put(NETWORK + "require_https", DEMAND);
    cases.put(
        NETWORK + "allowed_origins",
        new Case(
            "['https://*.a.com']",
            "['https://x.a.com','https://*.x.a.com']",
            "['https://x.a.com','http://x.a.com','https://a.com','https://x.a.com:8443']",
            "/1 /2 /3",
            "['https://x.a.com']"));
    cases.put(
        NETWORK + "allowed_countries",
        new Case("['DE','FR']", "['FR']", "['FR','US']", "/1", "['FR']"));
    cases.put(NETWORK + "blocked_countries", new Case("['DE']", "['FR']", null, "", "['DE','FR']"));
    cases.put(
        DOMAIN + "allowed_domains",
        new Case("['*.a.com']", "['x.a.com']", "['a.com','xa.com']", "/0 /1", "[]"));
    cases.put(
        DOMAIN + "allowed_referrers",
        new Case(
            "['https://a.com/*']",
            "['https://a.com/x']",
            "['https://a.com/x','https://b.com/*']",
            "/1",
            "['https://a.com/x']"));
    cases.put(DOMAIN + "user_agent_pattern", new Case("'^A'", "'^B'", null, "", "['^A','^B']"));
    cases.put(
        "/security/authentication/signature_algorithm",
        new Case("'HMAC-SHA256'", "'HMAC-SHA256'", null, "", "'HMAC-SHA256'"));
    cases.put("/security/authentication/max_timestamp_age", NUMBER);
    cases.put("/security/audit/retention_days", NUMBER);
    cases.put("/rate_limits/costs/alert_threshold", new Case("0.5", "0.75", null, "", "0.5"));
    return cases;
  }

  private static Case caseOf(String path) {
    Case own = CASES.get(path);
    if (own != null) {
      return own;
    }
    if (path.startsWith("/permissions/models/limits") || path.startsWith("/rate_limits")) {
      return NUMBER;
    }
    return path.startsWith("/permissions") ? PERMISSION : DEMAND;
  }

  static Stream<Field> fields() {
    return PolicyFields.CEILING.fields().stream();
  }

  private static ObjectNode document(Field field, String value) {
    ObjectNode document = FieldCases.document(field.path(), value).without("name");
    return accepted(READER.read(document, NOW));
  }

  private static Stream<String> exceeded(ObjectNode key, ObjectNode ceiling) {
    return PolicyLevels.exceeded(key, ceiling, Set.of("openai", "groq", "gemini")::contains)
        .stream()
        .map(FieldError::pointer);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void everyFieldHasARule(Field field) {
    assertThat(PolicyLevels.rule(field.path())).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aKeyStaysWithinEveryFieldOfTheCeiling(Field field) {
    Case sample = caseOf(field.path());
    ObjectNode ceiling = document(field, sample.ceiling());
    ObjectNode silent = JsonNodeFactory.instance.objectNode();
    assertThat(exceeded(document(field, sample.within()), ceiling)).isEmpty();
    assertThat(exceeded(silent, ceiling)).isEmpty();
    assertThat(exceeded(ceiling, silent)).isEmpty();
    if (sample.beyond() != null) {
      assertThat(exceeded(document(field, sample.beyond()), ceiling))
          .containsExactly(
              Stream.of(sample.pointer().split(" ", -1))
                  .map(part -> FieldCases.place(field.path()) + part)
                  .toArray(String[]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void theStricterValueHoldsInSum(Field field) {
    Case sample = caseOf(field.path());
    ObjectNode above = document(field, sample.ceiling());
    ObjectNode below = document(field, sample.beyond() == null ? sample.within() : sample.beyond());
    ObjectNode sum = PolicyLevels.sum(above, below);
    assertThat(json(sum.toString()).at(FieldCases.place(field.path())))
        .isEqualTo(json(sample.sum()));
    assertThat(PolicyLevels.sum(above, above)).isEqualTo(above);
    assertThat(PolicyLevels.sum(JsonNodeFactory.instance.objectNode(), below)).isEqualTo(below);
    assertThat(PolicyLevels.sum(above, JsonNodeFactory.instance.objectNode())).isEqualTo(above);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'permissions':{'models':{'denied':['gpt-4*']}}} | {'permissions':{'models':{'allowed':['gpt-4o']}}} | /permissions/models/allowed/0
          {'security':{'network_restrictions':{'ip_blacklist':['10.0.0.0/8']}}} | {'security':{'network_restrictions':{'ip_whitelist':['192.0.2.1','10.0.0.1']}}} | /security/network_restrictions/ip_whitelist/1
          {'permissions':{'models':{'limits':{'a/b':{'max_cost_per_day':1}}}}} | {'permissions':{'models':{'limits':{'a/b':{'max_cost_per_day':1.5},'c':{'max_cost_per_day':9}}}}} | /permissions/models/limits/a~1b/max_cost_per_day
          {'security':{'authentication':{'require_nonce':true}}} | {'security':{'authentication':{'max_timestamp_age':301}}} | /security/authentication/max_timestamp_age
          {'permissions':{'routing':{'allowed_providers':['openai','groq']}}} | {'permissions':{'routing':{'force_provider':'gemini'}}} | /permissions/routing/force_provider
          """)
  void alsoAcrossFieldsAndNames(String ceiling, String key, String pointer) {
    assertThat(exceeded((ObjectNode) json(key), (ObjectNode) json(ceiling)))
        .containsExactly(pointer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'security':{'authentication':{'require_nonce':true}}} | {'security':{'authentication':{'max_timestamp_age':300}}}
          {'security':{'authentication':{'require_nonce':true,'require_signature':false}}} | {'security':{'authentication':{'max_timestamp_age':301}}}
          {'permissions':{'routing':{'allowed_providers':['openai','groq']}}} | {'permissions':{'routing':{'force_provider':'groq'}}}
          {'permissions':{'routing':{'allowed_providers':['openai','my-service']}}} | {'permissions':{'routing':{'force_provider':'gemini'}}}
          {'permissions':{'routing':{'allowed_providers':['openai']}}} | {'permissions':{'routing':{'force_provider':'my-service'}}}
          """)
  void whatMayStayWithinTheCeilingIsNotRefused(String ceiling, String key) {
    assertThat(exceeded((ObjectNode) json(key), (ObjectNode) json(ceiling))).isEmpty();
  }

  @Test
  void aSignatureThatIsAskedForWithoutAnAgeHoldsTheOtherLevelToTheDefault() {
    ObjectNode asked =
        (ObjectNode) json("{'security':{'authentication':{'require_signature':true}}}");
    ObjectNode aged =
        (ObjectNode) json("{'security':{'authentication':{'max_timestamp_age':900}}}");
    String age = "/security/authentication/max_timestamp_age";
    assertThat(PolicyLevels.sum(asked, aged).at(age).asInt()).isEqualTo(300);
    assertThat(PolicyLevels.sum(aged, asked).at(age).asInt()).isEqualTo(300);
    assertThat(PolicyLevels.sum(aged, aged).at(age).asInt()).isEqualTo(900);
  }

  @Test
  void sumsLimitsOfModelsByName() {
    ObjectNode above =
        (ObjectNode) json("{'permissions':{'models':{'limits':{'0':{'max_cost_per_day':1}}}}}");
    ObjectNode below =
        (ObjectNode)
            json(
                "{'permissions':{'models':{'limits':{'0':{'max_cost_per_day':2},'1':{'max_cost_per_day':3}}}}}");
    assertThat(PolicyLevels.sum(above, below))
        .isEqualTo(
            json(
                "{'permissions':{'models':{'limits':{'0':{'max_cost_per_day':1},'1':{'max_cost_per_day':3}}}}}"));
  }

  @Test
  void comparesTenThousandNetworksWithTenThousand() {
    ArrayNode networks = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 10_000; i++) {
      networks.add("10.%d.%d.0/24".formatted(i / 256, i % 256));
    }
    ObjectNode document = named(NETWORK + "ip_whitelist", networks);
    JsonNode sum = PolicyLevels.sum(document, document).at(NETWORK + "ip_whitelist");
    assertThat(exceeded(document, document)).isEmpty();
    assertThat(sum).isEqualTo(networks);
  }

  @Test
  void namesAFieldThatHasNoRule() {
    assertThat(PolicyLevels.rule("/security/new_block/new_field")).isNull();
    assertThat(Objects.requireNonNull(PolicyLevels.rule("/security/audit/retention_days")))
        .isInstanceOf(LevelRule.Smallest.class);
  }
}
