package dev.tollgate.admin.problem;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Turns what Jackson and Bean Validation say into field errors. Jackson's own texts are not passed
 * on: they quote the value, which may be a secret, and name Java classes.
 */
final class JsonProblems {

  private JsonProblems() {}

  static ProblemException of(JacksonException refused) {
    return ProblemException.badRequest(
        switch (refused) {
          case UnrecognizedPropertyException unknown ->
              error(unknown, "unknown_field", "There is no such field.");
          case MismatchedInputException mismatch when isTrailing(mismatch) ->
              error(mismatch, "invalid_json", "Something follows the JSON value.");
          case MismatchedInputException mismatch when isRepeated(mismatch) ->
              error(mismatch, "duplicate_field", "A field stands twice.");
          case MismatchedInputException mismatch ->
              error(mismatch, "invalid_value", "The value is not of the type or form asked for.");
          case StreamReadException malformed when isRepeated(malformed) ->
              error(malformed, "duplicate_field", "A field stands twice.");
          default -> error(refused, "invalid_json", "The body is not well-formed JSON.");
        });
  }

  static FieldError of(ConstraintViolation<?> violation) {
    String constraint =
        violation.getConstraintDescriptor().getAnnotation().annotationType().getSimpleName();
    String code =
        switch (constraint) {
          case "NotNull", "NotBlank", "NotEmpty" -> "required";
          default -> "invalid_value";
        };
    return new FieldError(pointer(violation.getPropertyPath()), code, violation.getMessage());
  }

  private static List<FieldError> error(JacksonException refused, String code, String message) {
    return List.of(new FieldError(pointer(refused), code, message));
  }

  private static boolean isTrailing(JacksonException refused) {
    return refused.getOriginalMessage().startsWith("Trailing token");
  }

  private static boolean isRepeated(JacksonException refused) {
    return refused.getOriginalMessage().toLowerCase(Locale.ROOT).startsWith("duplicate");
  }

  private static String pointer(JacksonException refused) {
    return refused.getPath().stream()
        .map(step -> step.getPropertyName() == null ? step.getIndex() : step.getPropertyName())
        .map(step -> "/" + escape(String.valueOf(step)))
        .collect(Collectors.joining());
  }

  private static String pointer(Path path) {
    StringBuilder pointer = new StringBuilder();
    for (Path.Node node : path) {
      if (node.getIndex() != null) {
        pointer.append('/').append(node.getIndex());
      }
      if (node.getKey() != null) {
        pointer.append('/').append(escape(String.valueOf(node.getKey())));
      }
      String name = node.getName();
      if (name != null && !name.startsWith("<")) {
        pointer.append('/').append(snakeCase(name));
      }
    }
    return pointer.toString();
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static String escape(String step) {
    return step.replace("~", "~0").replace("/", "~1");
  }
}
