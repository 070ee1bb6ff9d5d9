package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Documents.NOW;
import static dev.tollgate.admin.document.Documents.accepted;
import static dev.tollgate.admin.document.Documents.found;
import static dev.tollgate.admin.document.Documents.json;
import static dev.tollgate.admin.document.Documents.named;
import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.document.Documents;
import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.document.Reading;
import dev.tollgate.admin.document.ShortForm;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class PolicyFieldsTest {
  private static final String OVERRIDES = "/permissions/overrides";
  private static final DocumentReader READER = new DocumentReader(PolicyFields.KEY_POLICY);

  /** As it will be when every field that has a rule is enforced. */
  private static final DocumentReader LATER =
      new DocumentReader(PolicyFields.KEY_POLICY, field -> true);

  /** A short form's value, and the document that means the same. */
  record ShortCase(String value, String longForm) {}

  private static final Map<String, ShortCase> SHORT_FORMS =
      Map.ofEntries(
          entry(
              "/permissions/models",
              new ShortCase("['a-*','b']", "{'permissions':{'models':{'allowed':['a-*','b']}}}")),
          entry(
              "/permissions/all_models",
              new ShortCase("true", "{'permissions':{'models':{'allowed':['*']}}}")),
          entry(
              "/permissions/models/cost_limits",
              new ShortCase(
                  "{'gpt-4o':{'max_cost_per_day':10.00}}",
                  "{'permissions':{'models':{'limits':{'gpt-4o':{'max_cost_per_day':'10'}}}}}")),
          entry(
              "/permissions/features",
              new ShortCase(
                  "['chat_completion','vision']",
                  """
                  {'permissions':{'features':{'chat_completion':true,'completions':false,
                   'embeddings':false,'images':false,'audio':false,'moderations':false,
                   'files':false,'realtime':false,'passthrough':false,'function_calling':false,
                   'vision':true,'structured_outputs':false,'web_search':false,
                   'message_transforms':false}}}\
                  """)),
          entry(
              "/permissions/all_features",
              new ShortCase(
                  "true",
                  """
                  {'permissions':{'features':{'chat_completion':true,'completions':true,
                   'embeddings':true,'images':true,'audio':true,'moderations':true,
                   'files':true,'realtime':true,'passthrough':true,'function_calling':true,
                   'vision':true,'structured_outputs':true,'streaming':true,'web_search':true,
                   'prompt_caching':true,'message_transforms':true}}}\
                  """)),
          entry(
              "/permissions/max_requests_per_minute",
              new ShortCase("100", "{'rate_limits':{'requests':{'per_minute':100}}}")),
          entry(
              "/permissions/max_requests_per_day",
              new ShortCase("0", "{'rate_limits':{'requests':{'per_day':0}}}")),
          entry(
              "/permissions/max_cost_per_day",
              new ShortCase("'0.000001'", "{'rate_limits':{'costs':{'per_day_max':0.000001}}}")),
          entry(
              "/restrictions/ip_whitelist",
              new ShortCase(
                  "['10.0.0.0/8']",
                  "{'security':{'network_restrictions':{'ip_whitelist':['10.0.0.0/8']}}}")),
          entry(
              "/restrictions/domains",
              new ShortCase(
                  "['*.company.com']",
                  "{'security':{'domain_restrictions':{'allowed_domains':['*.company.com']}}}")),
          entry(
              "/restrictions/referrers",
              new ShortCase(
                  "['https://a/*']",
                  "{'security':{'domain_restrictions':{'allowed_referrers':['https://a/*']}}}")),
          entry(
              "/restrictions/user_agents",
              new ShortCase(
                  "['App/1.*','Bot * (x)']",
                  """
                  {'security':{'domain_restrictions':
                    {'user_agent_pattern':'^(?:App/1\\\\.|Bot .* \\\\(x\\\\))'}}}\
                  """)));

  static List<Field> enforced() {
    return PolicyFields.KEY_POLICY.fields().stream().filter(Field::enforced).toList();
  }

  static List<Field> notEnforced() {
    return PolicyFields.KEY_POLICY.fields().stream().filter(field -> !field.enforced()).toList();
  }

  static List<ShortForm> shortForms() {
    return PolicyFields.KEY_POLICY.shortForms().stream()
        .filter(form -> !form.path().startsWith(OVERRIDES))
        .toList();
  }

  static List<ShortForm> shortFormsOfOverrides() {
    return PolicyFields.KEY_POLICY.shortForms().stream()
        .filter(form -> form.path().startsWith(OVERRIDES))
        .toList();
  }

  @Test
  void everyFieldAndEveryShortFormHasACase() {
    assertThat(PolicyFields.KEY_POLICY.fields().stream().map(Field::path).collect(toSet()))
        .isEqualTo(FieldCases.ALL.keySet());
    assertThat(shortForms().stream().map(ShortForm::path).collect(toSet()))
        .isEqualTo(SHORT_FORMS.keySet());
  }

  @ParameterizedTest
  @MethodSource("enforced")
  void keepsTheValueOfAnEnforcedField(Field field) {
    FieldCases.Case sample = Objects.requireNonNull(FieldCases.ALL.get(field.path()));
    ObjectNode kept = accepted(READER.read(FieldCases.document(field.path(), sample.value()), NOW));
    assertThat(kept).isEqualTo(FieldCases.document(field.path(), sample.kept()));
  }

  @ParameterizedTest
  @MethodSource("notEnforced")
  void refusesAFieldThatIsNotEnforced(Field field) {
    FieldCases.Case sample = Objects.requireNonNull(FieldCases.ALL.get(field.path()));
    assertThat(found(READER.read(named(field.path(), json(sample.value())), NOW)))
        .containsExactly(field.path() + " unsupported_field");
  }

  @ParameterizedTest
  @MethodSource("notEnforced")
  void refusesAFieldThatIsNotEnforcedAlsoAsNull(Field field) {
    assertThat(found(READER.read(named(field.path(), json("null")), NOW)))
        .containsExactly(field.path() + " unsupported_field");
  }

  @ParameterizedTest
  @MethodSource("notEnforced")
  void knowsHowToReadAFieldOrRefusesItEvenWhenTurnedOn(Field field) {
    FieldCases.Case sample = Objects.requireNonNull(FieldCases.ALL.get(field.path()));
    Reading reading = LATER.read(FieldCases.document(field.path(), sample.value()), NOW);
    if (reading instanceof Reading.Accepted) {
      assertThat(accepted(reading)).isEqualTo(FieldCases.document(field.path(), sample.kept()));
    } else {
      assertThat(found(reading)).containsExactly(field.path() + " unsupported_field");
    }
  }

  @ParameterizedTest
  @MethodSource("shortForms")
  void readsAShortFormAsItsLongForm(ShortForm form) {
    ShortCase sample = Objects.requireNonNull(SHORT_FORMS.get(form.path()));
    JsonNode body = named(form.path(), json(sample.value()));
    Reading reading = LATER.read(body, NOW);
    ObjectNode longForm = ((ObjectNode) json(sample.longForm())).put("name", "k");
    assertThat(accepted(reading)).isEqualTo(accepted(LATER.read(longForm, NOW)));
  }

  @ParameterizedTest
  @MethodSource("shortFormsOfOverrides")
  void readsTheShortFormsOfOverridesAsThoseOfPermissions(ShortForm form) {
    String path = form.path().replace(OVERRIDES, "/permissions");
    ShortCase sample = Objects.requireNonNull(SHORT_FORMS.get(path));
    JsonNode own = accepted(LATER.read(named(path, json(sample.value())), NOW));
    JsonNode overridden = accepted(LATER.read(named(form.path(), json(sample.value())), NOW));
    assertThat(overridden.at(OVERRIDES)).isEqualTo(own.at("/permissions"));
  }

  /** A field, or a block with all that is in it. */
  private static boolean isEnforced(String target) {
    return PolicyFields.KEY_POLICY.fields().stream()
        .filter(field -> (field.path() + "/").startsWith(target + "/"))
        .allMatch(Field::enforced);
  }

  @ParameterizedTest
  @MethodSource("shortForms")
  void refusesAShortFormOfAFieldThatIsNotEnforced(ShortForm form) {
    ShortCase sample = Objects.requireNonNull(SHORT_FORMS.get(form.path()));
    Reading reading = READER.read(named(form.path(), json(sample.value())), NOW);
    if (isEnforced(form.target())) {
      assertThat(reading).isInstanceOf(Reading.Accepted.class);
    } else {
      assertThat(found(reading))
          .singleElement()
          .satisfies(
              error -> assertThat(error).startsWith(form.path()).endsWith(" unsupported_field"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'all_models':true,'models':['a']}                            | /permissions/all_models
          {'all_models':true,'models':{'denied':['a']}}                 | /permissions/all_models
          {'all_features':true,'features':['vision']}                   | /permissions/all_features
          {'models':{'limits':{},'cost_limits':{}}}                     | /permissions/models/cost_limits
          """)
  void refusesFormsThatContradictEachOther(String permissions, String pointer) {
    assertThat(found(LATER.read(named("/permissions", json(permissions)), NOW)))
        .containsExactly(pointer + " contradictory_fields");
  }

  @Test
  void refusesAShortFormBesideItsLongForm() {
    JsonNode body =
        json(
            """
            {'name':'k','permissions':{'max_cost_per_day':1},
             'rate_limits':{'costs':{'per_day_max':1}}}\
            """);
    assertThat(found(LATER.read(body, NOW)))
        .containsExactly("/permissions/max_cost_per_day contradictory_fields");
  }

  static Stream<String> blocks() {
    return Stream.concat(
        Stream.of("", "/restrictions"),
        PolicyFields.KEY_POLICY.fields().stream()
            .map(field -> field.path().substring(0, field.path().lastIndexOf('/')))
            .filter(block -> !block.isEmpty() && !block.equals("/metadata"))
            .distinct());
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void refusesAnUnknownFieldInEveryBlock(String block) {
    assertThat(found(READER.read(named(block + "/no_such", json("1")), NOW)))
        .containsExactly(block + "/no_such unknown_field");
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void refusesABlockThatIsNoObject(String block) {
    if (!block.isEmpty()) {
      assertThat(found(READER.read(named(block, json("'x'")), NOW)))
          .containsExactly(block + " invalid_type");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'name':''}                                            | /name invalid_value
          {'name':' k'}                                          | /name invalid_value
          {'name':5}                                             | /name invalid_type
          {'name':null}                                          | /name required
          {}                                                     | /name required
          {'name':'a\\u0007b'}                                   | /name invalid_value
          {'name':'a\\ud800b'}                                   | /name invalid_value
          {'name':'k','description':'a\\u0000b'}                 | /description invalid_value
          {'name':'k','description':[]}                          | /description invalid_type
          {'name':'k','type':'robot'}                            | /type invalid_value
          {'name':'k','type':true}                               | /type invalid_type
          {'name':'k','scope':{'organization_id':'prj_1'}}       | /scope/organization_id invalid_value
          {'name':'k','scope':{'projects':'prj_1'}}              | /scope/projects invalid_type
          {'name':'k','scope':{'projects':['prj_1',null]}}       | /scope/projects/1 invalid_type
          {'name':'k','scope':{'projects':['prj_; drop']}}      | /scope/projects/0 invalid_value
          {'name':'k','environment':'pro duction'}               | /environment invalid_value
          {'name':'k','expires_at':'2026-11-21T11:59:59Z'}       | /expires_at invalid_value
          {'name':'k','expires_at':'2027-02-30T00:00:00Z'}       | /expires_at invalid_value
          {'name':'k','expires_at':'2027-01-01'}                 | /expires_at invalid_value
          {'name':'k','expires_at':'2027-01-01T00:00:00'}        | /expires_at invalid_value
          {'name':'k','expires_at':1893456000}                   | /expires_at invalid_type
          {'name':'k','metadata':['a']}                          | /metadata invalid_type
          {'name':'k','metadata':{'a':1}}                        | /metadata/a invalid_type
          {'name':'k','metadata':{'a':{'b':'c'}}}                | /metadata/a invalid_type
          {'name':'k','metadata':{'':'c'}}                       | /metadata/ invalid_value
          {'name':'k','metadata':{'a/b~c\\u0000':'c'}}           | /metadata/a~1b~0c\u0000 invalid_value
          {'name':'k','permissions':{'models':['gpt-?']}}        | /permissions/models/0 invalid_value
          {'name':'k','permissions':{'models':['a','']}}         | /permissions/models/1 invalid_value
          {'name':'k','permissions':{'models':['a b']}}          | /permissions/models/0 invalid_value
          {'name':'k','permissions':{'models':['[ab]']}}         | /permissions/models/0 invalid_value
          {'name':'k','permissions':{'models':['{a,b}']}}        | /permissions/models/0 invalid_value
          {'name':'k','permissions':{'models':[7]}}              | /permissions/models/0 invalid_type
          {'name':'k','permissions':{'models':{'allowed':'*'}}}  | /permissions/models/allowed invalid_type
          {'name':'k','permissions':{'all_models':false}}        | /permissions/all_models invalid_type
          {'name':'k','permissions':{'features':[7]}}            | /permissions/features invalid_type
          {'name':'k','permissions':{'features':['x']}}          | /permissions/features unknown_field
          []                                                     | (root) invalid_type
          """)
  void refusesAWrongValueAndSaysWhere(String body, String expected) {
    assertThat(found(READER.read(json(body), NOW)).getFirst())
        .isEqualTo(expected.replace("(root)", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'rate_limits':{'requests':{'burst_size':5}}}             | /rate_limits/requests/burst_size invalid_value
          {'rate_limits':{'requests':{'burst_size':5,'per_minute':9}}} | /rate_limits/requests/burst_size invalid_value
          {'rate_limits':{'requests':{'per_second':-1}}}            | /rate_limits/requests/per_second invalid_value
          {'rate_limits':{'requests':{'per_second':1.5}}}           | /rate_limits/requests/per_second invalid_type
          {'rate_limits':{'tokens':{'total_per_day':'5'}}}          | /rate_limits/tokens/total_per_day invalid_type
          {'rate_limits':{'costs':{'per_day_max':0.0000001}}}       | /rate_limits/costs/per_day_max invalid_value
          {'rate_limits':{'costs':{'per_day_max':'1e3'}}}           | /rate_limits/costs/per_day_max invalid_value
          {'rate_limits':{'costs':{'per_day_max':-1}}}              | /rate_limits/costs/per_day_max invalid_value
          {'rate_limits':{'costs':{'alert_threshold':0}}}           | /rate_limits/costs/alert_threshold invalid_value
          {'rate_limits':{'costs':{'alert_threshold':1.1}}}         | /rate_limits/costs/alert_threshold invalid_value
          {'rate_limits':{'costs':{'alert_threshold':0.0000001}}}   | /rate_limits/costs/alert_threshold invalid_value
          {'rate_limits':{'concurrency':{'max_queued_requests':5}}} | /rate_limits/concurrency/max_queued_requests invalid_value
          {'rate_limits':{'concurrency':{'max_queue_wait':'5s'}}}   | /rate_limits/concurrency/max_queue_wait invalid_value
          {'rate_limits':{'concurrency':{'max_parallel_requests':1,'max_queue_wait':'2h'}}} | /rate_limits/concurrency/max_queue_wait invalid_value
          {'rate_limits':{'concurrency':{'max_parallel_requests':1,'max_queue_wait':'10ms'}}} | /rate_limits/concurrency/max_queue_wait invalid_value
          {'permissions':{'max_cost_per_day':'1.0000001'}}          | /permissions/max_cost_per_day invalid_value
          {'permissions':{'models':{'limits':{'gpt-*':{'max_requests_per_day':1}}}}} | /permissions/models/limits/gpt-* invalid_value
          {'permissions':{'models':{'cost_limits':{'a b':{'max_requests_per_day':1}}}}} | /permissions/models/limits/a b invalid_value
          {'permissions':{'overrides':{'models':{'limits':{'*':{'max_requests_per_day':1}}}}}} | /permissions/overrides/models/limits/* invalid_value
          {'permissions':{'models':{'limits':{'a':5}}}}             | /permissions/models/limits/a invalid_type
          """)
  void refusesALimitThatNobodyCouldHoldTo(String limits, String expected) {
    ObjectNode body = ((ObjectNode) json(limits)).put("name", "k");
    assertThat(found(LATER.read(body, NOW))).containsExactly(expected);
  }

  @Test
  void refusesABurstThatAPatchLeavesWithoutItsRate() {
    ObjectNode current =
        (ObjectNode)
            json("{'name':'k','rate_limits':{'requests':{'per_second':1,'burst_size':5}}}");
    JsonNode patch = json("{'rate_limits':{'requests':{'per_second':null}}}");
    assertThat(found(LATER.patch(current, patch, NOW)))
        .containsExactly("/rate_limits/requests/burst_size invalid_value");
  }

  @Test
  void refusesAQueueThatAPatchLeavesWithoutItsLimit() {
    ObjectNode current =
        (ObjectNode)
            json(
                "{'name':'k','rate_limits':{'concurrency':{'max_parallel_requests':1,'max_queued_requests':5}}}");
    JsonNode patch = json("{'rate_limits':{'concurrency':{'max_parallel_requests':null}}}");
    assertThat(found(LATER.patch(current, patch, NOW)))
        .containsExactly("/rate_limits/concurrency/max_queued_requests invalid_value");
  }

  @ParameterizedTest
  @MethodSource("otherDocuments")
  void holdsLimitsOfEveryDocumentToTheSameRules(DocumentShape shape, String root) {
    DocumentReader reader = new DocumentReader(shape, field -> true);
    ObjectNode burst = named(root + "/rate_limits/requests/burst_size", json("5"));
    ObjectNode pattern =
        named(root + "/permissions/models/limits/gpt-*/max_requests_per_day", json("5"));
    if (!shape.fields().stream().map(Field::path).toList().contains("/name")) {
      burst.remove("name");
      pattern.remove("name");
    }
    assertThat(found(reader.read(burst, NOW)))
        .containsExactly(root + "/rate_limits/requests/burst_size invalid_value");
    assertThat(found(reader.read(pattern, NOW)))
        .containsExactly(root + "/permissions/models/limits/gpt-* invalid_value");
  }

  static Stream<Arguments> otherDocuments() {
    return Stream.of(
        Arguments.of(PolicyFields.CEILING, ""),
        Arguments.of(PolicyFields.PROJECT_POLICY, ""),
        Arguments.of(PolicyFields.TEMPLATE, ""),
        Arguments.of(PolicyFields.ENVIRONMENT, "/defaults"));
  }

  @Test
  void takesTheLongNamesThatModelsHave() {
    String name = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.x-v1:0";
    ObjectNode body = (ObjectNode) json("{'name':'k'}");
    body.withObject("/permissions")
        .withObject("/models")
        .withObject("/limits")
        .putObject(name)
        .put("max_requests_per_day", 1);
    assertThat(accepted(LATER.read(body, NOW))).isEqualTo(body);
  }

  @Test
  void boundsListsAndPairs() {
    ObjectNode body = named("/permissions/models/allowed", json("[]"));
    for (int i = 0; i < 33; i++) {
      body.withObject("/metadata").put("m" + i, "v");
    }
    assertThat(found(READER.read(body, NOW))).containsExactly("/metadata invalid_value");
    for (int i = 0; i < 501; i++) {
      body.withArray("/permissions/models/allowed").add("m" + i);
    }
    assertThat(found(READER.read(body, NOW)))
        .containsExactly("/permissions/models/allowed invalid_value");
  }

  @Test
  void findsEverythingThatIsWrongInOneGo() {
    JsonNode body =
        json(
            """
            {'nme':'k','expires_at':'soon','permissions':{'models':['ok','?'],
             'routing':{'fallback_allowed':true}},'metadata':{'n':1}}\
            """);
    assertThat(found(READER.read(body, NOW)))
        .containsExactly(
            "/nme unknown_field",
            "/expires_at invalid_value",
            "/permissions/models/1 invalid_value",
            "/permissions/routing/fallback_allowed unsupported_field",
            "/metadata/n invalid_type");
  }

  @Test
  void neverRepeatsAValueInAMessage() {
    JsonNode body = json("{'name':' tgk_secret','type':'tgk_secret','expires_at':'tgk_secret'}");
    assertThat(Documents.errors(READER.read(body, NOW)).toString()).doesNotContain("tgk_secret");
  }

  static List<String> saysNothing() {
    return List.of(
        "{'permissions':{}}",
        "{'rate_limits':{}}",
        "{'scope':{}}",
        "{'metadata':{}}",
        "{'description':null}",
        "{'permissions':null}",
        "{'metadata':{'a':null}}");
  }

  @ParameterizedTest
  @MethodSource("saysNothing")
  void keepsNothingOfWhatSaysNothing(String body) {
    ObjectNode named = ((ObjectNode) json(body)).put("name", "k");
    assertThat(accepted(READER.read(named, NOW))).isEqualTo(json("{'name':'k'}"));
  }

  @Test
  void patchesOnlyWhatThePatchNames() {
    ObjectNode current =
        (ObjectNode)
            json(
                """
                {'name':'k','expires_at':'2020-01-01T00:00:00Z','metadata':{'a':'1','b':'2'},
                 'permissions':{'models':{'allowed':['x'],'denied':['y']}}}\
                """);
    ObjectNode before = current.deepCopy();
    JsonNode patch =
        json("{'metadata':{'a':null,'c':'3'},'permissions':{'models':['z']},'description':'d'}");
    assertThat(accepted(READER.patch(current, patch, NOW)))
        .isEqualTo(
            json(
                """
                {'name':'k','expires_at':'2020-01-01T00:00:00Z','metadata':{'b':'2','c':'3'},
                 'permissions':{'models':{'allowed':['z'],'denied':['y']}},'description':'d'}\
                """));
    assertThat(current).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'permissions':null}",
        "{'permissions':{'models':null}}",
        "{'permissions':{'models':{'allowed':null}}}",
        "{'permissions':{'all_models':null}}"
      })
  void takesAwayWhatAPatchSetsToNull(String patch) {
    ObjectNode current =
        (ObjectNode) json("{'name':'k','permissions':{'models':{'allowed':['x']}}}");
    assertThat(accepted(READER.patch(current, json(patch), NOW))).isEqualTo(json("{'name':'k'}"));
  }

  @Test
  void aListOfFeaturesInAPatchLeavesNothingOfTheFeaturesBefore() {
    ObjectNode current =
        (ObjectNode)
            json("{'name':'k','permissions':{'features':{'streaming':false,'vision':true}}}");
    JsonNode patch = json("{'permissions':{'features':['audio']}}");
    ObjectNode read = (ObjectNode) json("{'name':'k','permissions':{'features':['audio']}}");
    assertThat(accepted(LATER.patch(current, patch, NOW)))
        .isEqualTo(accepted(LATER.read(read, NOW)));
  }

  @Test
  void judgesTheDocumentThatAPatchLeaves() {
    ObjectNode current = (ObjectNode) json("{'name':'k'}");
    assertThat(found(READER.patch(current, json("{'name':null}"), NOW)))
        .containsExactly("/name required");
    assertThat(
            found(
                READER.patch(
                    current, json("{'security':null,'restrictions':{'domains':[]}}"), NOW)))
        .containsExactly(
            "/restrictions/domains invalid_value", "/restrictions/domains contradictory_fields");
  }
}
