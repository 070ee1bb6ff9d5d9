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

  /** The table of the client contract, and of Google's for the status. */
  private static final String TABLE =
      """
      INVALID_API_KEY,            401, invalid_api_key,            invalid_request_error, authentication_error,  UNAUTHENTICATED
      KEY_EXPIRED,                401, key_expired,                invalid_request_error, authentication_error,  UNAUTHENTICATED
      KEY_DISABLED,               401, key_disabled,               invalid_request_error, authentication_error,  UNAUTHENTICATED
      KEY_REVOKED,                401, key_revoked,                invalid_request_error, authentication_error,  UNAUTHENTICATED
      SIGNATURE_MISSING,          401, signature_missing,          invalid_request_error, authentication_error,  UNAUTHENTICATED
      SIGNATURE_INVALID,          401, signature_invalid,          invalid_request_error, authentication_error,  UNAUTHENTICATED
      TIMESTAMP_OUT_OF_RANGE,     401, timestamp_out_of_range,     invalid_request_error, authentication_error,  UNAUTHENTICATED
      NONCE_REPLAYED,             401, nonce_replayed,             invalid_request_error, authentication_error,  UNAUTHENTICATED
      APPROVAL_REQUIRED,          403, approval_required,          permission_error,      permission_error,      PERMISSION_DENIED
      MODEL_NOT_ALLOWED,          403, model_not_allowed,          permission_error,      permission_error,      PERMISSION_DENIED
      FEATURE_NOT_ALLOWED,        403, feature_not_allowed,        permission_error,      permission_error,      PERMISSION_DENIED
      OPERATION_NOT_ALLOWED,      403, operation_not_allowed,      permission_error,      permission_error,      PERMISSION_DENIED
      MODEL_PRICE_UNKNOWN,        403, model_price_unknown,        permission_error,      permission_error,      PERMISSION_DENIED
      PROVIDER_NOT_ALLOWED,       403, provider_not_allowed,       permission_error,      permission_error,      PERMISSION_DENIED
      IP_NOT_ALLOWED,             403, ip_not_allowed,             permission_error,      permission_error,      PERMISSION_DENIED
      COUNTRY_NOT_ALLOWED,        403, country_not_allowed,        permission_error,      permission_error,      PERMISSION_DENIED
      HTTPS_REQUIRED,             403, https_required,             permission_error,      permission_error,      PERMISSION_DENIED
      ORIGIN_NOT_ALLOWED,         403, origin_not_allowed,         permission_error,      permission_error,      PERMISSION_DENIED
      DOMAIN_NOT_ALLOWED,         403, domain_not_allowed,         permission_error,      permission_error,      PERMISSION_DENIED
      REFERRER_NOT_ALLOWED,       403, referrer_not_allowed,       permission_error,      permission_error,      PERMISSION_DENIED
      USER_AGENT_NOT_ALLOWED,     403, user_agent_not_allowed,     permission_error,      permission_error,      PERMISSION_DENIED
      RATE_LIMIT_EXCEEDED,        429, rate_limit_exceeded,        rate_limit_error,      rate_limit_error,      RESOURCE_EXHAUSTED
      CONCURRENCY_LIMIT_EXCEEDED, 429, concurrency_limit_exceeded, rate_limit_error,      rate_limit_error,      RESOURCE_EXHAUSTED
      INSUFFICIENT_QUOTA,         429, insufficient_quota,         insufficient_quota,    rate_limit_error,      RESOURCE_EXHAUSTED
      REQUEST_TOO_EXPENSIVE,      400, request_too_expensive,      invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      MAX_TOKENS_EXCEEDED,        400, max_tokens_exceeded,        invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      INVALID_REQUEST,            400, invalid_request,            invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      AMBIGUOUS_CREDENTIALS,      400, ambiguous_credentials,      invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      PROJECT_REQUIRED,           400, project_required,           invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      NOT_FOUND,                  404, not_found,                  invalid_request_error, not_found_error,       NOT_FOUND
      MODEL_NOT_FOUND,            404, model_not_found,            invalid_request_error, not_found_error,       NOT_FOUND
      METHOD_NOT_ALLOWED,         405, method_not_allowed,         invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      REQUEST_TIMEOUT,            408, request_timeout,            invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      REQUEST_TOO_LARGE,          413, request_too_large,          invalid_request_error, request_too_large,     INVALID_ARGUMENT
      TARGET_TOO_LONG,            414, request_too_large,          invalid_request_error, request_too_large,     INVALID_ARGUMENT
      UNSUPPORTED_MEDIA_TYPE,     415, unsupported_media_type,     invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      EXPECTATION_FAILED,         417, invalid_request,            invalid_request_error, invalid_request_error, INVALID_ARGUMENT
      HEAD_TOO_LARGE,             431, request_too_large,          invalid_request_error, request_too_large,     INVALID_ARGUMENT
      PROVIDER_AUTH_FAILED,       502, provider_auth_failed,       api_error,             api_error,             UNAVAILABLE
      PROVIDER_UNAVAILABLE,       502, provider_unavailable,       api_error,             api_error,             UNAVAILABLE
      NO_PROVIDER_AVAILABLE,      503, provider_unavailable,       api_error,             overloaded_error,      UNAVAILABLE
      PROVIDER_TIMEOUT,           504, provider_timeout,           api_error,             timeout_error,         DEADLINE_EXCEEDED
      SERVICE_UNAVAILABLE,        503, service_unavailable,        api_error,             api_error,             UNAVAILABLE
      INTERNAL_ERROR,             500, internal_error,             api_error,             api_error,             INTERNAL
      """;

  @ParameterizedTest
  @CsvSource(textBlock = TABLE)
  void hasTheStatusCodeAndTypesOfTheContract(
      ErrorCode code,
      int status,
      String text,
      String openAiType,
      String anthropicType,
      String geminiStatus) {
    Rejection rejection = Rejection.of(code, "Message.");

    assertThat(code.status()).isEqualTo(status);
    assertThat(render(Protocol.OPENAI, rejection))
        .contains("\"code\":\"" + text + "\"", "\"type\":\"" + openAiType + "\"");
    assertThat(render(Protocol.ANTHROPIC, rejection))
        .contains("\"code\":\"" + text + "\"", "\"error\":{\"type\":\"" + anthropicType + "\"");
    assertThat(render(Protocol.GEMINI, rejection))
        .contains(
            "\"code\":" + status,
            "\"reason\":\"" + text + "\"",
            "\"status\":\"" + geminiStatus + "\"");
    assertThat(render(Protocol.PASS_THROUGH, rejection))
        .contains("\"status\":" + status, "\"code\":\"" + text + "\"");
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void standsInTheContractOnce(ErrorCode code) {
    assertThat(TABLE.lines().filter(line -> line.strip().startsWith(code.name() + ","))).hasSize(1);
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
