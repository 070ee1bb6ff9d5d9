package dev.tollgate.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.policy.PolicyDocuments.UnknownRestrictionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyDocumentsTest {

  @Test
  void restrictsNothingWithoutADocument() {
    assertThat(PolicyDocuments.compile(null).models().allowsUnnamed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":\"a\",\"description\":\"b\",\"type\":\"project\",\"scope\":{\"projects\":[]},"
            + "\"environment\":\"production\",\"expires_at\":null,\"metadata\":{\"a\":\"b\"}}",
        "{\"permissions\":{}}",
        "{\"permissions\":{\"models\":{}}}",
        "{\"permissions\":{\"models\":{\"denied\":[]}}}"
      })
  void restrictsNothingByWhatOnlyDescribes(String document) {
    assertThat(PolicyDocuments.compile(document).models().allowsUnnamed()).isTrue();
  }

  @Test
  void readsBothLists() {
    ModelRules rules =
        PolicyDocuments.compile(
                "{\"permissions\":{\"models\":{\"allowed\":[\"gpt-*\"],\"denied\":[\"gpt-4o\"]}}}")
            .models();

    assertThat(rules.allows("gpt-5")).isTrue();
    assertThat(rules.allows("gpt-4o")).isFalse();
    assertThat(rules.allows("claude")).isFalse();
  }

  @Test
  void keepsAnEmptyListApartFromNone() {
    ModelRules rules =
        PolicyDocuments.compile("{\"permissions\":{\"models\":{\"allowed\":[]}}}").models();

    assertThat(rules.allows("gpt-5")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rate_limits\":{\"requests\":{\"per_fortnight\":1}}}",
        "{\"rate_limits\":{\"requests\":{\"per_minute\":1.5}}}",
        "{\"rate_limits\":{\"costs\":{\"per_day_max\":\"1\"}}}",
        "{\"rate_limits\":{\"costs\":{\"per_day_max\":0.0000001}}}",
        "{\"security\":{\"a new block\":{}}}",
        "{\"permissions\":{\"features\":{\"clairvoyance\":false}}}",
        "{\"permissions\":{\"models\":{\"limits\":{\"m\":{\"max_smiles\":1}}}}}",
        "{\"permissions\":{\"models\":{\"limits\":{\"m\":1}}}}",
        "{\"restrictions\":{}}",
        "{\"a new member\":true}"
      })
  void refusesWhatItCannotEnforce(String document) {
    assertThatThrownBy(() -> PolicyDocuments.compile(document))
        .isInstanceOf(UnknownRestrictionException.class);
  }

  /** Read carelessly, each of these has no members, and so would restrict nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "\"none\"",
        "null",
        "{\"permissions\":[\"models\"]}",
        "{\"permissions\":\"none\"}",
        "{\"permissions\":{\"models\":[\"gpt-4o\"]}}",
        "{\"permissions\":{\"models\":\"gpt-4o\"}}",
        "{\"permissions\":{\"models\":null}}",
        "{\"permissions\":{\"models\":{\"allowed\":\"gpt-4o\"}}}",
        "{\"permissions\":{\"models\":{\"allowed\":null}}}",
        "{\"permissions\":{\"models\":{\"denied\":\"gpt-4o\"}}}",
        "{\"permissions\":{\"models\":{\"denied\":{\"gpt-4o\":true}}}}",
        "{\"permissions\":{\"models\":{\"denied\":[1]}}}",
        "{\"permissions\":",
        ""
      })
  void refusesAnotherForm(String document) {
    assertThatThrownBy(() -> PolicyDocuments.compile(document))
        .isInstanceOf(UnknownRestrictionException.class);
  }
}
