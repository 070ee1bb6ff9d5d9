package dev.tollgate.gateway.error;

/**
 * Every failure that the gateway itself answers with: its stable code, its status, and its type in
 * the vocabulary of each protocol. The table of the client contract, as code.
 */
public enum ErrorCode {
  INVALID_API_KEY(401, "invalid_api_key", Kind.AUTHENTICATION),
  KEY_EXPIRED(401, "key_expired", Kind.AUTHENTICATION),
  KEY_DISABLED(401, "key_disabled", Kind.AUTHENTICATION),
  KEY_REVOKED(401, "key_revoked", Kind.AUTHENTICATION),
  SIGNATURE_MISSING(401, "signature_missing", Kind.AUTHENTICATION),
  SIGNATURE_INVALID(401, "signature_invalid", Kind.AUTHENTICATION),
  TIMESTAMP_OUT_OF_RANGE(401, "timestamp_out_of_range", Kind.AUTHENTICATION),
  NONCE_REPLAYED(401, "nonce_replayed", Kind.AUTHENTICATION),

  APPROVAL_REQUIRED(403, "approval_required", Kind.PERMISSION),
  MODEL_NOT_ALLOWED(403, "model_not_allowed", Kind.PERMISSION),
  FEATURE_NOT_ALLOWED(403, "feature_not_allowed", Kind.PERMISSION),
  OPERATION_NOT_ALLOWED(403, "operation_not_allowed", Kind.PERMISSION),
  MODEL_PRICE_UNKNOWN(403, "model_price_unknown", Kind.PERMISSION),
  PROVIDER_NOT_ALLOWED(403, "provider_not_allowed", Kind.PERMISSION),

  IP_NOT_ALLOWED(403, "ip_not_allowed", Kind.PERMISSION),
  COUNTRY_NOT_ALLOWED(403, "country_not_allowed", Kind.PERMISSION),
  HTTPS_REQUIRED(403, "https_required", Kind.PERMISSION),
  ORIGIN_NOT_ALLOWED(403, "origin_not_allowed", Kind.PERMISSION),
  DOMAIN_NOT_ALLOWED(403, "domain_not_allowed", Kind.PERMISSION),
  REFERRER_NOT_ALLOWED(403, "referrer_not_allowed", Kind.PERMISSION),
  USER_AGENT_NOT_ALLOWED(403, "user_agent_not_allowed", Kind.PERMISSION),

  RATE_LIMIT_EXCEEDED(429, "rate_limit_exceeded", Kind.RATE),
  CONCURRENCY_LIMIT_EXCEEDED(429, "concurrency_limit_exceeded", Kind.RATE),
  INSUFFICIENT_QUOTA(429, "insufficient_quota", Kind.QUOTA),
  REQUEST_TOO_EXPENSIVE(400, "request_too_expensive", Kind.INVALID),
  MAX_TOKENS_EXCEEDED(400, "max_tokens_exceeded", Kind.INVALID),

  INVALID_REQUEST(400, "invalid_request", Kind.INVALID),
  AMBIGUOUS_CREDENTIALS(400, "ambiguous_credentials", Kind.INVALID),
  PROJECT_REQUIRED(400, "project_required", Kind.INVALID),
  NOT_FOUND(404, "not_found", Kind.NOT_FOUND),
  MODEL_NOT_FOUND(404, "model_not_found", Kind.NOT_FOUND),
  METHOD_NOT_ALLOWED(405, "method_not_allowed", Kind.INVALID),
  REQUEST_TIMEOUT(408, "request_timeout", Kind.INVALID),
  REQUEST_TOO_LARGE(413, "request_too_large", Kind.TOO_LARGE),
  TARGET_TOO_LONG(414, "request_too_large", Kind.TOO_LARGE),
  UNSUPPORTED_MEDIA_TYPE(415, "unsupported_media_type", Kind.INVALID),
  EXPECTATION_FAILED(417, "invalid_request", Kind.INVALID),
  HEAD_TOO_LARGE(431, "request_too_large", Kind.TOO_LARGE),

  PROVIDER_AUTH_FAILED(502, "provider_auth_failed", Kind.API),
  PROVIDER_UNAVAILABLE(502, "provider_unavailable", Kind.API),
  NO_PROVIDER_AVAILABLE(503, "provider_unavailable", Kind.OVERLOADED),
  PROVIDER_TIMEOUT(504, "provider_timeout", Kind.TIMEOUT),
  SERVICE_UNAVAILABLE(503, "service_unavailable", Kind.API),
  INTERNAL_ERROR(500, "internal_error", Kind.INTERNAL);

  /** How each protocol names the kind of a failure. */
  enum Kind {
    AUTHENTICATION("invalid_request_error", "authentication_error", "UNAUTHENTICATED"),
    PERMISSION("permission_error", "permission_error", "PERMISSION_DENIED"),
    INVALID("invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
    NOT_FOUND("invalid_request_error", "not_found_error", "NOT_FOUND"),
    TOO_LARGE("invalid_request_error", "request_too_large", "INVALID_ARGUMENT"),
    RATE("rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"),
    QUOTA("insufficient_quota", "rate_limit_error", "RESOURCE_EXHAUSTED"),
    API("api_error", "api_error", "UNAVAILABLE"),
    INTERNAL("api_error", "api_error", "INTERNAL"),
    OVERLOADED("api_error", "overloaded_error", "UNAVAILABLE"),
    TIMEOUT("api_error", "timeout_error", "DEADLINE_EXCEEDED");

    final String openAiType;
    final String anthropicType;
    final String geminiStatus;

    Kind(String openAiType, String anthropicType, String geminiStatus) {
      this.openAiType = openAiType;
      this.anthropicType = anthropicType;
      this.geminiStatus = geminiStatus;
    }
  }

  private final int status;
  private final String code;
  private final Kind kind;

  ErrorCode(int status, String code, Kind kind) {
    this.status = status;
    this.code = code;
    this.kind = kind;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The stable code that client code may depend on. */
  public String code() {
    return code;
  }

  Kind kind() {
    return kind;
  }
}
