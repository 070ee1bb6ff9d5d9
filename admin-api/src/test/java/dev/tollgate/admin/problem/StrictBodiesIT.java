package dev.tollgate.admin.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StrictBodiesIT {

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("", "body_required", ""),
        Arguments.of("null", "body_required", ""),
        Arguments.of("{", "invalid_json", ""),
        Arguments.of("[]", "invalid_value", ""),
        Arguments.of("\"x\"", "invalid_value", ""),
        Arguments.of("{\"name\":\"a\"} x", "invalid_json", ""),
        Arguments.of("{\"name\":\"a\"}{}", "invalid_json", ""),
        Arguments.of("{\"name\":\"a\",\"name\":\"b\"}", "duplicate_field", "/name"),
        Arguments.of("{\"name\":\"a\",\"nam\":1}", "unknown_field", "/nam"),
        Arguments.of("{\"name\":1}", "invalid_value", "/name"),
        Arguments.of("{\"name\":true}", "invalid_value", "/name"),
        Arguments.of("{\"name\":[\"a\"]}", "invalid_value", "/name"),
        Arguments.of("{\"name\":null}", "required", "/name"),
        Arguments.of("{}", "required", "/name"),
        Arguments.of("{\"name\":\"   \"}", "required", "/name"),
        Arguments.of("{\"name\":\"a\\u0000b\"}", "invalid_value", "/name"),
        Arguments.of("{\"name\":\"" + "x".repeat(201) + "\"}", "invalid_value", "/name"),
        Arguments.of("\uFEFF{\"name\":\"a\",}", "invalid_json", ""),
        Arguments.of("{\"name\":\"a\",\"b\":" + "[".repeat(100) + "}", "invalid_json", ""));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWithAPointer(String body, String code, String pointer) {
    Response answer = server.post("/v1/organizations", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.code()).as(answer.body()).isEqualTo(code);
    assertThat(answer.text("/type")).isEqualTo("urn:tollgate:problem:" + code);
    assertThat(answer.text("/errors/0/pointer")).isEqualTo(pointer);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.body()).doesNotContain("jackson").doesNotContain("dev.tollgate");
  }

  @Test
  void aPatchIsReadAsStrictly() {
    String id = server.post("/v1/organizations", "{\"name\":\"a\"}").id();
    Response unknown = server.patch("/v1/organizations/" + id, "{\"nam\":\"b\"}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.code()).isEqualTo("unknown_field");
    assertThat(server.patch("/v1/organizations/" + id, "{\"name\":null}").code())
        .isEqualTo("required");
    assertThat(server.patch("/v1/organizations/" + id, "{\"name\":\"b\",\"name\":\"c\"}").code())
        .isEqualTo("duplicate_field");
    assertThat(server.get("/v1/organizations/" + id).text("/name")).isEqualTo("a");
  }

  @Test
  void refusesAWrongMethodMediaTypeAndSize() {
    Response method = server.delete("/v1/organizations");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.code()).isEqualTo("method_not_allowed");
    assertThat(method.header("allow")).contains("GET").contains("POST");
    Response type =
        server
            .as(server.rootKey())
            .with("Content-Type", "text/plain")
            .post("/v1/organizations", "{\"name\":\"a\"}");
    assertThat(type.status()).isEqualTo(415);
    assertThat(type.code()).isEqualTo("unsupported_media_type");
    Response size =
        server.post("/v1/organizations", "{\"name\":\"" + "x".repeat(1_100_000) + "\"}");
    assertThat(size.status()).isEqualTo(413);
    assertThat(size.code()).isEqualTo("body_too_large");
  }

  @Test
  void takesAMergePatchMediaType() {
    String id = server.post("/v1/organizations", "{\"name\":\"a\"}").id();
    Response patched =
        server
            .as(server.rootKey())
            .with("Content-Type", "application/merge-patch+json")
            .patch("/v1/organizations/" + id, "{\"name\":\"b\"}");
    assertThat(patched.status()).isEqualTo(200);
  }
}
