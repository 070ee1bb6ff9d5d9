package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.Documents.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class EffectivePolicyTest {

  private static ObjectNode object(String text) {
    return (ObjectNode) json(text);
  }

  private static ObjectNode effective(String key, String... inherited) {
    List<ObjectNode> documents =
        List.of(inherited).stream().map(EffectivePolicyTest::object).toList();
    return EffectivePolicy.of(object(key), documents);
  }

  @Test
  void takesEachValueFromTheStrongestThatSaysIt() {
    assertThat(
            effective(
                """
                {'name':'k','description':'d','metadata':{'a':'b'},
                 'permissions':{'inherit_from':'t','features':{'vision':true},
                   'overrides':{'features':{'audio':true},'operations':['read']}},
                 'security':{'authentication':{'require_nonce':false}}}\
                """,
                "{'permissions':{'features':{'images':true,'audio':false}},'rate_limits':{'costs':{'per_day_max':1}}}",
                """
                {'permissions':{'features':{'vision':false,'audio':false},'operations':['read','write']},
                 'security':{'authentication':{'require_nonce':true,'require_signature':true}}}\
                """))
        .isEqualTo(
            json(
                """
                {'permissions':{'features':{'images':true,'vision':true,'audio':true},'operations':['read']},
                 'rate_limits':{'costs':{'per_day_max':1}},
                 'security':{'authentication':{'require_nonce':false,'require_signature':true}}}\
                """));
  }

  @Test
  void takesAListAsOneValueAndALimitOfOneModelAsAnother() {
    assertThat(
            effective(
                "{'permissions':{'models':{'allowed':[],'limits':{'a':{'max_cost_per_day':2}}}}}",
                """
                {'permissions':{'models':{'allowed':['x'],
                  'limits':{'a':{'max_cost_per_day':1,'max_requests_per_day':3},'b':{'max_cost_per_day':4}}}}}\
                """))
        .isEqualTo(
            json(
                """
                {'permissions':{'models':{'allowed':[],
                  'limits':{'a':{'max_cost_per_day':2,'max_requests_per_day':3},'b':{'max_cost_per_day':4}}}}}\
                """));
  }

  @Test
  void anOverrideAsksForAnApprovalAndWaivesNone() {
    String asked = "{'permissions':{'require_approval':true}}";
    assertThat(effective("{'permissions':{'overrides':{'require_approval':true}}}"))
        .isEqualTo(json(asked));
    assertThat(effective("{'permissions':{'overrides':{'require_approval':false}}}", asked))
        .isEqualTo(json(asked));
  }

  @Test
  void keepsNothingOfWhatOnlySaysWhereItComesFrom() {
    assertThat(effective("{'name':'k','permissions':{'inherit_from':'t'}}")).isEmpty();
  }

  @Test
  void changesNoneOfItsSources() {
    ObjectNode template = object("{'permissions':{'models':{'allowed':['a']}}}");
    ObjectNode key = object("{'permissions':{'overrides':{'models':{'allowed':['b']}}}}");
    ObjectNode effective = EffectivePolicy.of(key, List.of(template));
    effective.removeAll();
    assertThat(template).isEqualTo(json("{'permissions':{'models':{'allowed':['a']}}}"));
    assertThat(key).isEqualTo(json("{'permissions':{'overrides':{'models':{'allowed':['b']}}}}"));
  }
}
