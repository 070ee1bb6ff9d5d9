package dev.tollgate.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorBodiesTest {

  private static final Rejection MODEL =
      Rejection.of(ErrorCode.MODEL_NOT_ALLOWED, "The model is not allowed for this key.", "model");
  private static final Rejection REVOKED =
      Rejection.of(ErrorCode.KEY_REVOKED, "The API key has been revoked.");

  private static String render(Protocol protocol, Rejection rejection) {
    return new String(ErrorBodies.render(protocol, rejection, "req_1"), StandardCharsets.UTF_8);
  }

  private static String renderEvent(Protocol protocol) {
    return new String(ErrorBodies.renderEvent(protocol, REVOKED, "req_1"), StandardCharsets.UTF_8);
  }

  @Test
  void rendersOpenAi() {
    assertThat(render(Protocol.OPENAI, MODEL))
        .isEqualTo(
            "{\"error\":{\"message\":\"The model is not allowed for this key.\","
                + "\"type\":\"permission_error\",\"param\":\"model\",\"code\":\"model_not_allowed\"}}");
    assertThat(render(Protocol.OPENAI, REVOKED))
        .isEqualTo(
            "{\"error\":{\"message\":\"The API key has been revoked.\","
                + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"key_revoked\"}}");
  }

  @Test
  void rendersAnthropic() {
    assertThat(render(Protocol.ANTHROPIC, REVOKED))
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\","
                + "\"message\":\"The API key has been revoked.\",\"code\":\"key_revoked\"},"
                + "\"request_id\":\"req_1\"}");
  }

  @Test
  void rendersGemini() {
    assertThat(render(Protocol.GEMINI, REVOKED))
        .startsWith(
            "{\"error\":{\"code\":401,\"message\":\"The API key has been revoked.\","
                + "\"status\":\"UNAUTHENTICATED\"")
        .contains("key_revoked");
  }

  @Test
  void rendersAProblemElsewhere() {
    assertThat(render(Protocol.PASS_THROUGH, MODEL))
        .isEqualTo(
            "{\"type\":\"https://tollgate.dev/errors/model_not_allowed\","
                + "\"title\":\"model not allowed\",\"status\":403,"
                + "\"detail\":\"The model is not allowed for this key.\","
                + "\"code\":\"model_not_allowed\",\"param\":\"model\",\"request_id\":\"req_1\"}");
    assertThat(ErrorBodies.mediaType(Protocol.PASS_THROUGH)).isEqualTo("application/problem+json");
  }

  @Test
  void rendersTheLastEventOfAStream() {
    assertThat(renderEvent(Protocol.OPENAI)).startsWith("data: {\"error\":").endsWith("}\n\n");
    assertThat(renderEvent(Protocol.GEMINI)).startsWith("data: {\"error\":").endsWith("}\n\n");
    assertThat(renderEvent(Protocol.ANTHROPIC))
        .startsWith("event: error\ndata: {\"type\":\"error\"")
        .endsWith("}\n\n");
    assertThat(renderEvent(Protocol.OPENAI).strip()).doesNotContain("\n");
  }

  @Test
  void rendersTheLastEventOfAResponse() {
    assertThat(new String(ErrorBodies.renderResponsesEvent(REVOKED, 7), StandardCharsets.UTF_8))
        .isEqualTo(
            "event: error\ndata: {\"type\":\"error\",\"code\":\"key_revoked\","
                + "\"message\":\"The API key has been revoked.\",\"param\":null,"
                + "\"sequence_number\":7}\n\n");
  }

  /** The table of the client contract. */
  @ParameterizedTest
  @CsvSource({
    "INVALID_API_KEY,       401, invalid_api_key,       invalid_request_error, authentication_error",
    "KEY_EXPIRED,           401, key_expired,           invalid_request_error, authentication_error",
    "KEY_DISABLED,          401, key_disabled,          invalid_request_error, authentication_error",
    "KEY_REVOKED,           401, key_revoked,           invalid_request_error, authentication_error",
    "APPROVAL_REQUIRED,     403, approval_required,     permission_error,      permission_error",
    "MODEL_NOT_ALLOWED,     403, model_not_allowed,     permission_error,      permission_error",
    "FEATURE_NOT_ALLOWED,   403, feature_not_allowed,   permission_error,      permission_error",
    "OPERATION_NOT_ALLOWED, 403, operation_not_allowed, permission_error,      permission_error",
    "INVALID_REQUEST,       400, invalid_request,       invalid_request_error, invalid_request_error",
    "AMBIGUOUS_CREDENTIALS, 400, ambiguous_credentials, invalid_request_error, invalid_request_error",
    "PROJECT_REQUIRED,      400, project_required,      invalid_request_error, invalid_request_error",
    "NOT_FOUND,             404, not_found,             invalid_request_error, not_found_error",
    "MODEL_NOT_FOUND,       404, model_not_found,       invalid_request_error, not_found_error",
    "REQUEST_TOO_LARGE,     413, request_too_large,     invalid_request_error, request_too_large",
    "PROVIDER_AUTH_FAILED,  502, provider_auth_failed,  api_error,             api_error",
    "PROVIDER_UNAVAILABLE,  502, provider_unavailable,  api_error,             api_error",
    "NO_PROVIDER_AVAILABLE, 503, provider_unavailable,  api_error,             overloaded_error",
    "PROVIDER_TIMEOUT,      504, provider_timeout,      api_error,             timeout_error",
    "SERVICE_UNAVAILABLE,   503, service_unavailable,   api_error,             api_error",
    "INTERNAL_ERROR,        500, internal_error,        api_error,             api_error",
  })
  void hasTheStatusCodeAndTypesOfTheContract(
      ErrorCode code, int status, String text, String openAiType, String anthropicType) {
    Rejection rejection = Rejection.of(code, "Message.");

    assertThat(code.status()).isEqualTo(status);
    assertThat(render(Protocol.OPENAI, rejection))
        .contains("\"code\":\"" + text + "\"", "\"type\":\"" + openAiType + "\"");
    assertThat(render(Protocol.ANTHROPIC, rejection))
        .contains("\"code\":\"" + text + "\"", "\"type\":\"" + anthropicType + "\"");
    assertThat(render(Protocol.GEMINI, rejection))
        .contains("\"code\":" + status, "\"reason\":\"" + text + "\"");
    assertThat(render(Protocol.PASS_THROUGH, rejection))
        .contains("\"status\":" + status, "\"code\":\"" + text + "\"");
  }

  private static Map<String, String> headers(Rejection rejection) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    ErrorHeaders.write(rejection, headers::put);
    return headers;
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void asksForAKeyExactlyWhereNoneWasAccepted(ErrorCode code) {
    Map<String, String> headers = headers(Rejection.of(code, "Message."));

    assertThat(headers).containsEntry("x-tollgate-error-source", "gateway");
    assertThat(headers.containsKey("WWW-Authenticate")).isEqualTo(code.status() == 401);
  }

  @Test
  void saysWhenToTryAgainInWholeSecondsRoundedUp() {
    Rejection later =
        Rejection.retryable(ErrorCode.SERVICE_UNAVAILABLE, "Later.", Duration.ofMillis(1200));

    assertThat(headers(later))
        .containsEntry("Retry-After", "2")
        .containsEntry("retry-after-ms", "1200");
  }

  /** Who asks again a moment too early is refused once more. */
  @Test
  void roundsUpWhatIsNoWholeMillisecond() {
    Rejection later =
        Rejection.retryable(
            ErrorCode.RATE_LIMIT_EXCEEDED, "Later.", Duration.ofSeconds(2).plusNanos(1));

    assertThat(headers(later))
        .containsEntry("Retry-After", "3")
        .containsEntry("retry-after-ms", "2001");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"RATE_LIMIT_EXCEEDED", "CONCURRENCY_LIMIT_EXCEEDED"})
  void saysThatNoTimeHelpsBesideTheTimeThatTheContractAsksFor(ErrorCode code) {
    assertThat(headers(Rejection.futile(code, "Never.", Duration.ofMinutes(1))))
        .containsEntry("x-should-retry", "false")
        .containsEntry("Retry-After", "60")
        .containsEntry("retry-after-ms", "60000");
    assertThat(headers(Rejection.retryable(code, "Later.", Duration.ofSeconds(1))))
        .doesNotContainKey("x-should-retry");
  }
}
