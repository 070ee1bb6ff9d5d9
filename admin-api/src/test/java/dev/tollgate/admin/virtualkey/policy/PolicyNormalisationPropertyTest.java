package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Documents.NOW;
import static dev.tollgate.admin.document.Documents.accepted;
import static dev.tollgate.admin.document.Documents.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What holds for every document, tried with random ones of all fields. A failing case names the
 * seed that makes its document again.
 */
class PolicyNormalisationPropertyTest {
  private static final DocumentReader READER =
      new DocumentReader(PolicyFields.KEY_POLICY, field -> true);

  /** Short forms with what they mean; no two of them touch the same place. */
  private static final List<Map.Entry<String, String>> SHORT_AND_LONG =
      List.of(
          Map.entry(
              "{'permissions':{'models':['a']}}", "{'permissions':{'models':{'allowed':['a']}}}"),
          Map.entry(
              "{'permissions':{'max_requests_per_minute':3}}",
              "{'rate_limits':{'requests':{'per_minute':3}}}"),
          Map.entry(
              "{'permissions':{'max_cost_per_day':'1.50'}}",
              "{'rate_limits':{'costs':{'per_day_max':1.5}}}"),
          Map.entry(
              "{'permissions':{'overrides':{'all_models':true}}}",
              "{'permissions':{'overrides':{'models':{'allowed':['*']}}}}"),
          Map.entry(
              "{'restrictions':{'ip_whitelist':['10.1.2.3/8']}}",
              "{'security':{'network_restrictions':{'ip_whitelist':['10.0.0.0/8']}}}"),
          Map.entry(
              "{'restrictions':{'domains':['*.A.com']}}",
              "{'security':{'domain_restrictions':{'allowed_domains':['*.a.com']}}}"),
          Map.entry(
              "{'restrictions':{'user_agents':['App/*']}}",
              "{'security':{'domain_restrictions':{'user_agent_pattern':'^(?:App/)'}}}"));

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  private static ObjectNode read(JsonNode body) {
    return accepted(READER.read(body, NOW));
  }

  private static ObjectNode random(Random random) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("name", "k");
    for (Field field : PolicyFields.KEY_POLICY.fields()) {
      FieldCases.Case sample = FieldCases.ALL.get(field.path());
      if (sample != null && !field.path().equals("/members") && random.nextInt(4) == 0) {
        put(document, FieldCases.place(field.path()), json(sample.value()));
      }
    }
    if (document.at("/rate_limits/requests").has("burst_size")) {
      put(document, "/rate_limits/requests/per_second", json("1"));
    }
    if (!document.at("/rate_limits/concurrency").isMissingNode()) {
      put(document, "/rate_limits/concurrency/max_parallel_requests", json("0"));
    }
    return document;
  }

  private static void put(ObjectNode document, String path, JsonNode value) {
    ObjectNode block = document;
    List<String> segments = Field.segments(path);
    for (String name : segments.subList(0, segments.size() - 1)) {
      block = block.get(name) instanceof ObjectNode next ? next : block.putObject(name);
    }
    block.set(segments.getLast(), value);
  }

  private static ObjectNode merge(ObjectNode left, ObjectNode right) {
    ObjectNode merged = left.deepCopy();
    right
        .properties()
        .forEach(member -> {
          JsonNode value = member.getValue();
          boolean blocks = value.isObject() && merged.get(member.getKey()) instanceof ObjectNode;
          merged.set(
              member.getKey(),
              blocks
                  ? merge((ObjectNode) merged.required(member.getKey()), (ObjectNode) value)
                  : value);
        });
    return merged;
  }

  private static ObjectNode shuffledMembers(ObjectNode object, Random random) {
    List<String> names = new ArrayList<>(object.propertyNames());
    Collections.shuffle(names, random);
    ObjectNode shuffled = JsonNodeFactory.instance.objectNode();
    names.forEach(name -> {
      JsonNode value = object.required(name);
      shuffled.set(
          name, value instanceof ObjectNode block ? shuffledMembers(block, random) : value);
    });
    return shuffled;
  }

  private static JsonNode shuffledLists(JsonNode node, Random random) {
    if (node instanceof ArrayNode list) {
      List<JsonNode> entries = new ArrayList<>(list.valueStream().toList());
      Collections.shuffle(entries, random);
      return JsonNodeFactory.instance.arrayNode().addAll(entries);
    }
    if (node instanceof ObjectNode object) {
      ObjectNode shuffled = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(m -> shuffled.set(m.getKey(), shuffledLists(m.getValue(), random)));
      return shuffled;
    }
    return node;
  }

  /** With sets for lists: equal where nothing but the order of entries differs. */
  private static Object meaning(JsonNode node) {
    if (node instanceof ArrayNode list) {
      Set<Object> entries = new HashSet<>();
      list.forEach(entry -> entries.add(meaning(entry)));
      return entries;
    }
    if (node instanceof ObjectNode object) {
      Set<Object> members = new HashSet<>();
      object.properties().forEach(m -> members.add(Map.entry(m.getKey(), meaning(m.getValue()))));
      return members;
    }
    return node;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsKeptIsKeptAsItIs(long seed) {
    ObjectNode kept = read(random(new Random(seed)));
    assertThat(read(kept)).isEqualTo(kept);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noOrderOfMembersOrEntriesChangesTheMeaning(long seed) {
    Random random = new Random(seed);
    ObjectNode document = random(random);
    ObjectNode kept = read(document);
    assertThat(read(shuffledMembers(document, random))).isEqualTo(kept);
    assertThat(meaning(read(shuffledLists(document, random)))).isEqualTo(meaning(kept));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shortFormsMeanTheirLongForms(long seed) {
    Random random = new Random(seed);
    ObjectNode written = JsonNodeFactory.instance.objectNode().put("name", "k");
    ObjectNode meant = written.deepCopy();
    for (Map.Entry<String, String> form : SHORT_AND_LONG) {
      if (random.nextBoolean()) {
        boolean isShort = random.nextBoolean();
        written = merge(written, (ObjectNode) json(isShort ? form.getKey() : form.getValue()));
        meant = merge(meant, (ObjectNode) json(form.getValue()));
      }
    }
    assertThat(read(shuffledMembers(written, random))).isEqualTo(read(meant));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aPatchOfEverythingMakesTheDocumentAndOneOfNullsUnmakesIt(long seed) {
    ObjectNode document = random(new Random(seed));
    ObjectNode named = (ObjectNode) json("{'name':'k'}");
    ObjectNode kept = read(document);
    assertThat(accepted(READER.patch(named, document, NOW))).isEqualTo(kept);
    assertThat(accepted(READER.patch(kept, document, NOW))).isEqualTo(kept);
    assertThat(accepted(READER.patch(kept, nulls(kept), NOW))).isEqualTo(named);
  }

  /** Takes away every single value but the name. */
  private static ObjectNode nulls(ObjectNode kept) {
    ObjectNode nulls = JsonNodeFactory.instance.objectNode();
    kept.properties()
        .forEach(member -> {
          if (member.getValue() instanceof ObjectNode block) {
            nulls.set(member.getKey(), nulls(block));
          } else if (!member.getKey().equals("name")) {
            nulls.putNull(member.getKey());
          }
        });
    return nulls;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsEffectiveInheritsNothingMore(long seed) {
    Random random = new Random(seed);
    ObjectNode key = read(random(random));
    ObjectNode template = EffectivePolicy.of(read(random(random)), List.of());
    ObjectNode effective = EffectivePolicy.of(key, List.of(template));
    assertThat(EffectivePolicy.of(effective, List.of())).isEqualTo(effective);
    assertThat(EffectivePolicy.of(effective, List.of(template))).isEqualTo(effective);
    assertThat(EffectivePolicy.of(Objects.requireNonNull(key), List.of(template, template)))
        .isEqualTo(effective);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theSumOfLevelsIsWithinEachOfThem(long seed) {
    Random random = new Random(seed);
    ObjectNode above = level(random);
    ObjectNode below = level(random);
    ObjectNode sum = PolicyLevels.sum(above, below);
    assertThat(PolicyLevels.exceeded(sum, above, _ -> false)).isEmpty();
    assertThat(PolicyLevels.exceeded(sum, below, _ -> false)).isEmpty();
    assertThat(PolicyLevels.sum(sum, below)).isEqualTo(sum);
  }

  // An address that is allowed and denied is within no policy that denies it, not even its own.
  private static ObjectNode level(Random random) {
    ObjectNode level = EffectivePolicy.of(read(random(random)), List.of());
    if (level.at("/security/network_restrictions") instanceof ObjectNode network) {
      var _ = network.remove("ip_blacklist");
    }
    return level;
  }
}
