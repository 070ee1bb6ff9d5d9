package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.Inspection.Inspected;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceTierReaderTest {

  private final JsonInspector inspector = new JsonInspector();

  private @Nullable String asked(String body) {
    byte[] bytes = body.replace('\'', '"').getBytes(UTF_8);
    Inspection inspection = inspector.inspect(Unpooled.wrappedBuffer(bytes));
    assertThat(inspection).isInstanceOf(Inspected.class);
    return ((Inspected) inspection).extent().serviceTier();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'service_tier':'priority'} | priority",
        "{'service_tier':'flex','model':'m'} | flex",
        "{'serviceTier':'SERVICE_TIER_PRIORITY'} | priority",
        "{'Service_Tier':'Priority'} | priority",
        "{'service_tier':'ultrafast'} | ultrafast",
        "{'speed':'fast'} | fast",
        "{'speed':'fast','service_tier':'auto'} | fast",
        "{'service_tier':'standard_only','speed':'fast'} | fast",
        "{'speed':'fast','service_tier':'standard_only'} | fast",
        "{'service_tier':'default'} | standard",
        "{'service_tier':'on_demand'} | standard",
        "{'serviceTier':{'type':'priority'}} | priority",
        "{'service_tier':'flex','service_tier':'priority'} | several",
        "{'service_tier':'priority','service_tier':'priority'} | priority",
      })
  void readsTheTierThatARequestAsksFor(String body, String tier) {
    assertThat(asked(body)).isEqualTo(tier);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{'service_tier':'auto'}",
        "{'service_tier':null}",
        "{'service_tier':''}",
        "{'speed':1.25}",
        "{'messages':[{'service_tier':'priority'}]}",
        "{'tools':[{'type':'function','function':{'parameters':{'service_tier':{'type':'string'}}}}]}",
        "{'serviceTier':{'types':'priority'}}",
        "{'serviceTier':{},'a':{'b':{'type':'priority'}}}",
        "{'service_tiers':'priority'}",
      })
  void leavesItToTheProviderElsewhere(String body) {
    assertThat(asked(body)).isNull();
  }
}
