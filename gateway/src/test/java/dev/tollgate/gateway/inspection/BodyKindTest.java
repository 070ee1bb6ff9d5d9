package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyKindTest {

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "application/json",
        "application/json;",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "application/json; charset=\"Utf-8\"",
        "application/json; profile=x; charset=utf-8;",
        "application/json; odata=verbose",
      })
  void takesWhatEveryReaderTakesForUtf8(@Nullable String contentType) {
    assertThat(BodyKind.isUtf8(contentType)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=utf-16",
        "application/json; charset=utf-8; charset=utf-16",
        "application/json; charset=utf-8;CHARSET=utf-16",
        "application/json; x=\"charset=utf-8\"; charset=utf-16",
        "application/json; charset=utf-8-variant",
        "application/json; charset=\"utf-8;charset=utf-16\"",
        "application/json; charset =utf-16",
        "application/json; charset",
        "application/json; charset=",
        "application/json;; charset=utf-16",
      })
  void refusesWhatSomeReaderMayTakeForAnotherCharacterSet(String contentType) {
    assertThat(BodyKind.isUtf8(contentType)).isFalse();
  }
}
