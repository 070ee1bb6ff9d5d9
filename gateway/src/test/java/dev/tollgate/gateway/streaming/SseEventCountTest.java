package dev.tollgate.gateway.streaming;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SseEventCountTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 0",
        "event: a;data: {};; | 1",
        "event: a;data: {};;event: b;data: {};; | 2",
        "data: a;;data: b | 2",
        ";;;data: a;;;;data: b;; | 2",
      })
  void countsThemWhereverTheyAreCut(String stream, long expected) {
    for (String lineEnd : new String[] {"\n", "\r", "\r\n"}) {
      byte[] bytes = stream.replace(";", lineEnd).getBytes(UTF_8);
      for (int cut = 0; cut <= bytes.length; cut++) {
        SseEventCount events = new SseEventCount();
        events.passed(Unpooled.wrappedBuffer(bytes, 0, cut));
        events.passed(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
        assertThat(events.count()).as("%s cut at %d", stream, cut).isEqualTo(expected);
      }
    }
  }
}
