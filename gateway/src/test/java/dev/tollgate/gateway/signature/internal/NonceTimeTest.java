package dev.tollgate.gateway.signature.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.SignatureRules;
import dev.tollgate.gateway.support.TestPolicies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonceTimeTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final Duration DAY = Duration.ofDays(1);
  private static final SignatureRules HERE =
      new SignatureRules(true, true, true, Duration.ofSeconds(30));

  private static Caller caller(List<String> projects, CompiledPolicy... own) {
    return new Caller("key_1", null, "org_1", null, projects, null, List.of(own), null, "{}");
  }

  private static CompiledPolicy age(int seconds) {
    return TestPolicies.document(
        "{'security':{'authentication':{'require_nonce':true,'max_timestamp_age':%d}}}"
            .formatted(seconds));
  }

  @Test
  void ofOneProjectIsThatProjectsAge() {
    assertThat(NonceTime.longestAge(caller(List.of("prj_1")), HERE)).isEqualTo(HERE.maxAge());
  }

  /** Another project may take requests that are older. */
  @Test
  void ofSeveralProjectsIsWhatTheCallersOwnPoliciesAllow() {
    List<String> projects = List.of("prj_1", "prj_2");
    assertThat(NonceTime.longestAge(caller(projects, age(600), age(900)), HERE))
        .isEqualTo(Duration.ofMinutes(10));
    assertThat(NonceTime.longestAge(caller(projects), HERE)).isEqualTo(DAY);
    assertThat(NonceTime.longestAge(caller(projects, TestPolicies.document("{}")), HERE))
        .isEqualTo(DAY);
  }

  /** A minute, for clocks differ, after the last moment at which the timestamp counts. */
  @ParameterizedTest
  @CsvSource({"-30,60", "0,90", "30,120", ",120"})
  void endsWhenTheTimestampCountsNoMore(@Nullable Integer ahead, long seconds) {
    String timestamp = ahead == null ? null : Long.toString(NOW.getEpochSecond() + ahead);
    assertThat(NonceTime.remembered(timestamp, HERE.maxAge(), NOW))
        .isEqualTo(Duration.ofSeconds(seconds));
  }
}
