package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartBoundaryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "multipart/form-data; boundary=abc | abc",
        "multipart/form-data;boundary=abc | abc",
        "multipart/form-data; boundary=a'c | a'c",
        "Multipart/Form-Data ; Boundary=aBc | aBc",
        "multipart/form-data; boundary=\"a b:c\" | a b:c",
        "multipart/form-data; charset=UTF-8; boundary=abc | abc",
        "multipart/form-data; boundary=abc; charset=\"utf-8\" | abc",
        "multipart/form-data; boundary=----WebKitFormBoundaryABC123 | ----WebKitFormBoundaryABC123",
      })
  void readsTheBoundary(String contentType, String boundary) {
    assertThat(MultipartBoundary.of(contentType).value()).isEqualTo(boundary);
  }

  @Test
  void acceptsSeventyCharactersAndRefusesOneMore() {
    String longest = "b".repeat(70);
    assertThat(MultipartBoundary.of("multipart/form-data; boundary=" + longest).value())
        .isEqualTo(longest);
    assertRefused("multipart/form-data; boundary=" + longest + "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-data;",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=a; boundary=b",
        "multipart/form-data; boundary=a; Boundary=a",
        "multipart/form-data; boundary*=utf-8''a",
        "multipart/form-data; boundary*0=a",
        "multipart/form-data; boundary=a; x=y",
        "multipart/form-data; boundary=a, multipart/form-data",
        "multipart/form-data; boundary=a b",
        "multipart/form-data; boundary=a;",
        "multipart/form-data; boundary =a",
        "multipart/form-data; boundary= a",
        "multipart/form-data; boundary=\"a",
        "multipart/form-data; boundary=\"a\"b",
        "multipart/form-data; boundary=\"a\\\"b\"",
        "multipart/form-data; boundary=\"a \"",
        "multipart/form-data; boundary=\"a*b\"",
        "multipart/form-data; boundary=\"ä\"",
        "multipart/form-data; boundary=a; charset=utf-16",
        "multipart/form-data; boundary=a; charset=utf-7",
        "multipart/mixed; boundary=a",
        "multipart/form-data boundary=a",
      })
  void refusesWhatSomeReaderMightTakeForAnother(String contentType) {
    assertRefused(contentType);
  }

  private static void assertRefused(String contentType) {
    assertThatThrownBy(() -> MultipartBoundary.of(contentType))
        .as(contentType)
        .isInstanceOf(MalformedBodyException.class);
  }
}
