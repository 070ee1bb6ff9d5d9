package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvantagesTest {

  private static CompiledPolicy document(Subject subject, @Nullable Boolean ahead) {
    String document =
        "{\"permissions\":{\"advanced_features\":{\"priority_queue\":%1$s,\"zero_completion_insurance\":%1$s}}}"
            .formatted(ahead);
    return PolicyDocuments.compile(subject, ahead == null ? "{}" : document);
  }

  @ParameterizedTest
  @CsvSource({
    ",,,false",
    ",,true,true",
    ",,false,false",
    ",true,,false",
    ",false,true,false",
    "false,,true,false",
    "true,true,true,true",
    "true,true,,false"
  })
  void isTheKeysOwnUnlessOneAboveSaysNo(
      @Nullable Boolean organization,
      @Nullable Boolean project,
      @Nullable Boolean key,
      boolean first) {
    AppliedPolicies policies =
        new AppliedPolicies(
            List.of(
                document(Subject.organization("org_1"), organization),
                document(Subject.project("prj_1"), project),
                document(Subject.key("key_1"), key)));
    assertThat(policies.priority(true)).isEqualTo(first);
    assertThat(policies.insurance(true)).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({",,false", ",true,true", "true,,false", "false,true,false"})
  void isTheProjectsForItsTokens(
      @Nullable Boolean organization, @Nullable Boolean project, boolean first) {
    AppliedPolicies policies =
        new AppliedPolicies(
            List.of(
                document(Subject.organization("org_1"), organization),
                document(Subject.project("prj_1"), project)));
    assertThat(policies.priority(false)).isEqualTo(first);
    assertThat(policies.insurance(false)).isEqualTo(first);
  }
}
