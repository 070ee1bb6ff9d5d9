package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.virtualkey.policy.PolicyFields;
import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import org.junit.jupiter.api.Test;

/** Fails the build when the document gets a field whose effect nobody shows. */
class PolicyTableTest {

  @Test
  void everyFieldHasACase() {
    assertThat(PolicyTable.fields()).isNotEmpty();
    assertThat(PolicyTable.fields().stream().filter(field -> PolicyTable.of(field) == null))
        .as("fields without a case")
        .isEmpty();
  }

  @Test
  void noCaseIsOfAFieldThatIsGone() {
    assertThat(PolicyFields.KEY_POLICY.fields().stream().map(Field::path).toList())
        .containsAll(PolicyTable.CASES.keySet());
  }

  @Test
  void everyFieldThatDecidesAllowsAndRefusesInEachProtocolWhereItApplies() {
    PolicyTable.CASES.forEach((field, shown) -> {
      if (shown instanceof Decides decides) {
        assertThat(decides.incomplete()).as(field).isEmpty();
      }
    });
  }

  @Test
  void everyTrialHasADocumentThatNamesItsField() {
    PolicyTable.CASES.forEach((field, shown) -> {
      if (shown instanceof Decides decides) {
        assertThat(decides.trials().values().stream().flatMap(trials -> trials.stream()))
            .as(field)
            .allMatch(trial -> trial.of(field).document().containsKey(field));
      }
    });
  }
}
