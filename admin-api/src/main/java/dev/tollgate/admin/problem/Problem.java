package dev.tollgate.admin.problem;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/** The body of every refusal (RFC 9457). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    String code,
    String detail,
    String requestId,
    List<FieldError> errors,
    @JsonAnyGetter Map<String, Object> members) {

  private static final String TYPE_PREFIX = "urn:tollgate:problem:";

  static Problem of(ProblemException refusal, String requestId) {
    return new Problem(
        TYPE_PREFIX + refusal.code(),
        refusal.status().getReasonPhrase(),
        refusal.status().value(),
        refusal.code(),
        refusal.detail(),
        requestId,
        refusal.errors(),
        refusal.members());
  }
}
