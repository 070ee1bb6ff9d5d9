package dev.tollgate.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientEventHeadTest {

  private final ClientEventHead head = new ClientEventHead();

  private void scan(String event) {
    byte[] bytes = event.getBytes(UTF_8);
    head.reset();
    head.scan(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"response.create\"}",
        " {\"event_id\":\"e\",\"response\":{\"a\":[{}, \"}\"]},\"type\" : \"response.create\" }",
        "\uFEFF{\"type\":\"response.create\"}",
        "{\"type\":\"response.create\",\"type\":\"session.update\"}",
        "{\"type\":\"session.update\",\"type\":\"response.create\"}",
        "{\"type\":\"noop\",\"Type\":\"Response.Create\"}",
        "{\"ty\\u0070e\":\"response.create\"}",
        "{\"type\":\"response.cre\\u0061te\"}",
        "{\"\\u0074ype\":\"\\u0072esponse.create\"}",
        "{\"a\":1,\"b\":null,\"c\":\"\\\"\",\"type\":\"response.create\",\"d\":2}",
      })
  void findsWhatMayAskForATurnHoweverItIsWritten(String event) {
    scan(event);
    assertThat(head.asks()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"response.cancel\"}",
        "{\"type\":\"session.update\",\"session\":{\"type\":\"response.create\"}}",
        "{\"text\":\"\\\"type\\\":\\\"response.create\\\"\",\"type\":\"noop\"}",
        "{\"text\":\"type\",\"response.create\":\"type\"}",
        "{\"type\":{\"type\":\"response.create\"}}",
        "\"response.create\"",
        "[{\"type\":\"response.create\"}]",
        "response.create",
        "{",
        "{}",
        "",
      })
  void takesNothingElseForOne(String event) {
    scan(event);
    assertThat(head.asks()).isFalse();
  }

  @Test
  void findsWhatIsSpokenAndWhatChangesTheSession() {
    scan("{\"audio\":\"AAAA\",\"type\":\"input_audio_buffer.append\"}");
    assertThat(head.speaks()).isTrue();
    assertThat(head.asks() || head.configures()).isFalse();
    scan("{\"type\":\"input_audio_buffer.commit\"}");
    assertThat(head.speaks()).isTrue();
    scan("{\"type\":\"input_audio_buffer.clear\"}");
    assertThat(head.speaks()).isFalse();
    scan("{\"type\":\"session.update\"}");
    assertThat(head.configures()).isTrue();
  }

  @Test
  void whatIsWrittenStrangelyMayBeAnything() {
    scan("{\"type\":\"\\u0069nput_audio_buffer.append\"}");
    assertThat(head.asks() && head.speaks() && head.configures()).isTrue();
  }

  @Test
  void knowsAnIdThatIsWrittenPlainly() {
    scan("{\"event_id\":\"event_7\",\"type\":\"response.create\"}");
    assertThat(head.id()).isEqualTo("event_7");
    scan("{\"event_id\":\"event_\\u0037\"}");
    assertThat(head.id()).isNull();
    scan("{\"event_id\":\"" + "7".repeat(513) + "\"}");
    assertThat(head.id()).isNull();
    scan("{\"item\":{\"event_id\":\"event_7\"}}");
    assertThat(head.id()).isNull();
  }

  /** A provider reads it all the same, and names it where it refuses the event. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'event_id':'event_\\u0037'}",
        "{'event\\u005fid':'event_7'}",
        "{'Event_ID':'event_7'}",
        "{'event_id':'event_7','event_id':'event_8'}",
        "{'event_id':7}",
        "{'event_id':['event_7']}"
      })
  void isNotSureOfAnIdThatIsWrittenStrangely(String event) {
    scan(event.replace('\'', '"'));
    assertThat(head.isIdUnsure()).isTrue();
    scan("{\"event_id\":\"event_7\",\"item\":{\"event_id\":7}}");
    assertThat(head.isIdUnsure()).isFalse();
  }

  @Test
  void readsEventsCutAnywhere() {
    byte[] bytes =
        "{\"event_id\":\"é1\",\"a\":[\"]\\\"\",{}],\"type\":\"response.create\"}".getBytes(UTF_8);
    for (int cut = 1; cut < bytes.length; cut++) {
      head.reset();
      head.scan(bytes, 0, cut);
      head.scan(bytes, cut, bytes.length);
      assertThat(head.asks()).as("cut at " + cut).isTrue();
      assertThat(head.id()).isEqualTo("é1");
    }
  }
}
