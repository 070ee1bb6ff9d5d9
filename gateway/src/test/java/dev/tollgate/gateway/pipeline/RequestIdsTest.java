package dev.tollgate.gateway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

  private static final String MADE = "req_[0-9a-f]{32}";

  @ParameterizedTest
  @ValueSource(strings = {"a", "Req-1_2.3", "0123456789"})
  void takesTheClientsOwn(String id) {
    assertThat(RequestIds.of(id)).isEqualTo(id);
    String longest = "x".repeat(128);
    assertThat(RequestIds.of(longest)).isEqualTo(longest);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "a b", "a\n", "a\"b", "ä", "/", ":", "@", "[", "`", "{", "x_tgk_x"})
  void makesOneInPlaceOfNoneOrOfWhatCannotStandInALogLine(String id) {
    assertThat(RequestIds.of(id)).matches(MADE);
    assertThat(RequestIds.of("x".repeat(129))).matches(MADE);
  }

  @Test
  void makesEachOnce() {
    int each = 1000;
    Set<String> ids = ConcurrentHashMap.newKeySet();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int thread = 0; thread < 4; thread++) {
        threads.execute(() -> {
          for (int i = 0; i < each; i++) {
            ids.add(RequestIds.of(null));
          }
        });
      }
    }
    assertThat(ids).hasSize(4 * each).allMatch(id -> id.matches(MADE));
  }

  /** Bits that are the same in all would make ids of fewer. */
  @Test
  void leavesNoDigitAsItIs() {
    int places = 36;
    for (int place = 4; place < places; place++) {
      int at = place;
      Set<Character> seen = ConcurrentHashMap.newKeySet();
      for (int i = 0; i < 1000; i++) {
        seen.add(RequestIds.of(null).charAt(at));
      }
      assertThat(seen).as("digits at %s", at).hasSize(16);
    }
  }
}
