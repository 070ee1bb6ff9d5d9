package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.error.RejectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryModelTest {

  @Test
  void readsTheModel() {
    assertThat(QueryModel.in("intent=x&model=gpt%2Drealtime")).isEqualTo("gpt-realtime");
    assertThat(QueryModel.in("m%6Fdel=a")).isEqualTo("a");
    assertThat(QueryModel.in("model=")).isNull();
    assertThat(QueryModel.in("intent=x")).isNull();
    assertThat(QueryModel.in(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"model=a&model=b", "model=a&m%6fdel=a", "model=%zz", "%z=1&model=a"})
  void refusesWhatAProviderMayReadOtherwise(String query) {
    assertThatThrownBy(() -> QueryModel.in(query)).isInstanceOf(RejectionException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model=a%00", "model=%20a", "model=a%0A", "model=a+"})
  void holdsTheModelToTheRulesOfOneInABody(String query) {
    assertThatThrownBy(() -> QueryModel.in(query)).isInstanceOf(RejectionException.class);
    assertThatThrownBy(() -> QueryModel.in("model=" + "a".repeat(513)))
        .isInstanceOf(RejectionException.class);
  }

  @Test
  void renamesTheModelAlone() {
    assertThat(QueryModel.renamed("intent=model&model=a&x=%20", "b/c&d"))
        .isEqualTo("intent=model&model=b%2Fc%26d&x=%20");
  }
}
