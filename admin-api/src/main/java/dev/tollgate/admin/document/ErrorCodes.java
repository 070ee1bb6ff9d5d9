package dev.tollgate.admin.document;

/** The codes of field errors. */
final class ErrorCodes {
  static final String REQUIRED = "required";
  static final String INVALID_TYPE = "invalid_type";
  static final String INVALID_VALUE = "invalid_value";
  static final String UNKNOWN_FIELD = "unknown_field";
  static final String UNSUPPORTED_FIELD = "unsupported_field";
  static final String CONTRADICTORY_FIELDS = "contradictory_fields";

  private ErrorCodes() {}
}
