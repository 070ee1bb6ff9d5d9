package dev.tollgate.admin.virtualkey.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.virtualkey.policy.Widening.Whole;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class WideningTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static Whole whole(String text) {
    ObjectNode json = (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    return new Whole(new PolicyDocument(json), json.deepCopy().without("members"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | {}",
        "{'permissions':{'models':{'allowed':['a','b']}}} | {'permissions':{'models':{'allowed':['b']}}}",
        "{} | {'permissions':{'models':{'allowed':['b']}}}",
        "{'permissions':{'models':{'denied':['a']}}} | {'permissions':{'models':{'denied':['a','b']}}}",
        "{} | {'permissions':{'features':{'vision':false}}}",
        "{} | {'permissions':{'require_approval':true}}",
        "{} | {'rate_limits':{'requests':{'per_minute':5}}}",
        "{'rate_limits':{'costs':{'per_day_max':5}}} | {'rate_limits':{'costs':{'per_day_max':4.5}}}",
        "{} | {'permissions':{'models':{'limits':{'m':{'max_cost_per_day':0}}}}}",
        "{'rate_limits':{'requests':{'burst_size':5}}} | {'rate_limits':{'requests':{'burst_size':4}}}",
        "{'rate_limits':{'concurrency':{'max_queued_requests':5}}} | {'rate_limits':{'concurrency':{'max_queued_requests':4}}}",
        "{} | {'rate_limits':{'concurrency':{'max_parallel_requests':5}}}",
        "{} | {'rate_limits':{'costs':{'alert_threshold':0.5}}}",
        "{'rate_limits':{'costs':{'per_day_max':5.0}}} | {'rate_limits':{'costs':{'per_day_max':5}}}",
        "{} | {'expires_at':'2030-01-01T00:00:00Z'}",
        "{'members':[{'user_id':'usr_1'}]} | {}",
        "{} | {'security':{'network_restrictions':{'ip_whitelist':['10.0.0.0/8']}}}",
        "{} | {'security':{'authentication':{'max_timestamp_age':300}}}",
        "{'security':{'authentication':{'max_timestamp_age':301}}} | {}",
      })
  void takesWhatSurelyNarrowsForNoWidening(String before, String after) {
    assertThat(Widening.isWider(whole(before), whole(after))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'permissions':{'models':{'allowed':['a']}}} | {'permissions':{'models':{'allowed':['a','b']}}}",
        "{'permissions':{'models':{'allowed':['a']}}} | {}",
        "{'permissions':{'models':{'denied':['a']}}} | {'permissions':{'models':{'denied':['b']}}}",
        "{'permissions':{'features':{'vision':false}}} | {'permissions':{'features':{'vision':true}}}",
        "{'permissions':{'require_approval':true}} | {}",
        "{'permissions':{'require_approval':true}} | {'permissions':{'require_approval':false}}",
        "{'rate_limits':{'requests':{'per_minute':5}}} | {'rate_limits':{'requests':{'per_minute':6}}}",
        "{'rate_limits':{'requests':{'per_minute':5}}} | {}",
        "{} | {'rate_limits':{'requests':{'burst_size':5}}}",
        "{'rate_limits':{'requests':{'burst_size':5}}} | {'rate_limits':{'requests':{'burst_size':6}}}",
        "{'rate_limits':{'requests':{'burst_size':5}}} | {}",
        "{'rate_limits':{'costs':{'per_month_max':0}}} | {'rate_limits':{'costs':{'per_month_max':0.000001}}}",
        "{'rate_limits':{'costs':{'per_hour_max':5}}} | {}",
        "{'rate_limits':{'tokens':{'total_per_day':5}}} | {'rate_limits':{'tokens':{'total_per_day':6}}}",
        "{'rate_limits':{'costs':{'alert_threshold':0.5}}} | {'rate_limits':{'costs':{'alert_threshold':0.6}}}",
        "{'rate_limits':{'costs':{'alert_threshold':0.5}}} | {}",
        "{'rate_limits':{'concurrency':{'max_parallel_requests':5}}} | {}",
        "{} | {'rate_limits':{'concurrency':{'max_queued_requests':5}}}",
        "{'rate_limits':{'concurrency':{'max_queue_wait':5}}} | {'rate_limits':{'concurrency':{'max_queue_wait':6}}}",
        "{'permissions':{'models':{'limits':{'m':{'max_cost_per_day':1}}}}} | {'permissions':{'models':{'limits':{'m':{'max_cost_per_day':2}}}}}",
        "{'permissions':{'models':{'limits':{'m':{'max_cost_per_day':1}}}}} | {}",
        "{'expires_at':'2030-01-01T00:00:00Z'} | {'expires_at':'2031-01-01T00:00:00Z'}",
        "{'expires_at':'2030-01-01T00:00:00Z'} | {}",
        "{'environment':'staging'} | {'environment':'production'}",
        "{'scope':{'projects':['prj_1']}} | {'scope':{'projects':['prj_1','prj_2']}}",
        "{} | {'members':[{'user_id':'usr_1'}]}",
        "{'security':{'network_restrictions':{'ip_whitelist':['10.0.0.0/8']}}} | {}",
        "{'security':{'network_restrictions':{'require_https':true}}} | {'security':{'network_restrictions':{'require_https':false}}}",
        "{} | {'security':{'something_new':1}}",
        "{} | {'security':{'authentication':{'max_timestamp_age':301}}}",
        "{'security':{'authentication':{'max_timestamp_age':299}}} | {}",
      })
  void takesEverythingElseForWidening(String before, String after) {
    assertThat(Widening.isWider(whole(before), whole(after))).isTrue();
  }
}
