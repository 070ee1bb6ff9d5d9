package dev.tollgate.admin.problem;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads bodies strictly: an unknown or repeated member, another type, trailing data, or a value
 * outside of its constraint is refused with 400 and a JSON pointer.
 */
@Component
public class JsonBodies {

  private final JsonMapper mapper;
  private final Validator validator;

  JsonBodies(JsonMapper mapper, Validator validator) {
    this.mapper = mapper;
    this.validator = validator;
  }

  /**
   * A body as a value of {@code type}.
   *
   * @throws ProblemException 400
   */
  public <T> T read(byte[] body, Class<T> type) {
    if (body.length == 0) {
      throw ProblemException.badRequest("", "body_required", "A JSON body is required.");
    }
    try {
      return checked(mapper.readValue(body, type));
    } catch (JacksonException refused) {
      throw JsonProblems.of(refused);
    }
  }

  /**
   * A JSON tree as a value of {@code type}.
   *
   * @throws ProblemException 400
   */
  public <T> T read(JsonNode tree, Class<T> type) {
    try {
      return checked(mapper.treeToValue(tree, type));
    } catch (JacksonException refused) {
      throw JsonProblems.of(refused);
    }
  }

  /**
   * {@code current} with an RFC 7396 merge patch applied, read as strictly as a body.
   *
   * @throws ProblemException 400
   */
  public <T> T merge(Object current, ObjectNode patch, Class<T> type) {
    ObjectNode target = (ObjectNode) tree(current);
    MergePatch.apply(target, patch);
    return read(target, type);
  }

  /** A value as a JSON tree. */
  public JsonNode tree(Object value) {
    return mapper.valueToTree(value);
  }

  /** A value as JSON text, for digests and storage. */
  public byte[] write(Object value) {
    return mapper.writeValueAsBytes(value);
  }

  @SuppressWarnings("NullAway") // Jackson answers null for the JSON text "null", whatever the type
  private <T> T checked(T value) {
    if (value == null) {
      throw ProblemException.badRequest("", "body_required", "A JSON body is required.");
    }
    if (value instanceof JsonNode) {
      return value;
    }
    Set<ConstraintViolation<T>> violations = validator.validate(value);
    if (!violations.isEmpty()) {
      throw ProblemException.badRequest(errors(violations));
    }
    return value;
  }

  private static <T> List<FieldError> errors(Set<ConstraintViolation<T>> violations) {
    return violations.stream()
        .map(JsonProblems::of)
        .sorted(Comparator.comparing(FieldError::pointer).thenComparing(FieldError::code))
        .toList();
  }
}
