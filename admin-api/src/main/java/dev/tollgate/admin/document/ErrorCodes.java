package dev.tollgate.admin.document;

/** The codes of field errors. */
public final class ErrorCodes {
  public static final String REQUIRED = "required";
  public static final String INVALID_TYPE = "invalid_type";
  public static final String INVALID_VALUE = "invalid_value";
  public static final String UNKNOWN_FIELD = "unknown_field";
  public static final String UNSUPPORTED_FIELD = "unsupported_field";
  public static final String CONTRADICTORY_FIELDS = "contradictory_fields";

  private ErrorCodes() {}
}
