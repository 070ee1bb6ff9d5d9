package dev.tollgate.admin.problem;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;

/**
 * A refusal on its way to the client, as RFC 9457 problem. Carries no stack trace: it is an
 * expected outcome, not a fault.
 */
public final class ProblemException extends RuntimeException {

  private final HttpStatus status;
  private final String code;
  private final List<FieldError> errors;
  private final Map<String, Object> members;

  private ProblemException(
      HttpStatus status,
      String code,
      String detail,
      List<FieldError> errors,
      Map<String, Object> members) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.errors = List.copyOf(errors);
    this.members = Map.copyOf(members);
  }

  public static ProblemException of(HttpStatus status, String code, String detail) {
    return new ProblemException(status, code, detail, List.of(), Map.of());
  }

  /** With a member of its own, such as the dependants that stand against a deletion. */
  public static ProblemException with(
      HttpStatus status, String code, String detail, String member, Object value) {
    return new ProblemException(status, code, detail, List.of(), Map.of(member, value));
  }

  /** The one answer for what does not exist and for what the caller may not know of. */
  public static ProblemException notFound() {
    return of(HttpStatus.NOT_FOUND, "not_found", "There is no such resource.");
  }

  public static ProblemException forbidden() {
    return of(HttpStatus.FORBIDDEN, "forbidden", "Your role does not allow this.");
  }

  public static ProblemException conflict(String code, String detail) {
    return of(HttpStatus.CONFLICT, code, detail);
  }

  /** 400: the body is not what this endpoint takes. The problem's code is the first error's. */
  public static ProblemException badRequest(List<FieldError> errors) {
    return ofBody(HttpStatus.BAD_REQUEST, errors);
  }

  public static ProblemException badRequest(String pointer, String code, String message) {
    return badRequest(List.of(new FieldError(pointer, code, message)));
  }

  /** 422: the body is well-formed, but does not fit with what there is. */
  public static ProblemException unprocessable(String pointer, String code, String message) {
    return ofBody(
        HttpStatus.UNPROCESSABLE_CONTENT, List.of(new FieldError(pointer, code, message)));
  }

  /** 422 with several errors. */
  public static ProblemException unprocessable(List<FieldError> errors) {
    return ofBody(HttpStatus.UNPROCESSABLE_CONTENT, errors);
  }

  /** 400 for a query parameter or a header; the message names it. */
  public static ProblemException badParameter(String code, String message) {
    return of(HttpStatus.BAD_REQUEST, code, message);
  }

  private static ProblemException ofBody(HttpStatus status, List<FieldError> errors) {
    FieldError first = errors.getFirst();
    return new ProblemException(status, first.code(), first.message(), errors, Map.of());
  }

  public HttpStatus status() {
    return status;
  }

  public String code() {
    return code;
  }

  public List<FieldError> errors() {
    return errors;
  }

  /** Further members of the problem object. */
  public Map<String, Object> members() {
    return members;
  }

  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
