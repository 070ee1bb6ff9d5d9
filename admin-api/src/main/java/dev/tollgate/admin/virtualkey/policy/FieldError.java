package dev.tollgate.admin.virtualkey.policy;

/**
 * One thing that is wrong with a body.
 *
 * @param pointer where, as an RFC 6901 JSON pointer into the body as the client sent it
 * @param code stable, one of the constants here
 * @param message for a person; never repeats the offending value
 */
public record FieldError(String pointer, String code, String message) {
  public static final String REQUIRED = "required";
  public static final String INVALID_TYPE = "invalid_type";
  public static final String INVALID_VALUE = "invalid_value";
  public static final String UNKNOWN_FIELD = "unknown_field";
  public static final String UNSUPPORTED_FIELD = "unsupported_field";
  public static final String CONTRADICTORY_FIELDS = "contradictory_fields";
}
