package dev.tollgate.admin.problem;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
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
          case JacksonException repeated when isRepeated(repeated) ->
              List.of(new FieldError(where(repeated), "duplicate_field", "A field stands twice."));
          case UnrecognizedPropertyException unknown ->
              error(unknown, "unknown_field", "There is no such field.");
          case MismatchedInputException mismatch when isTrailing(mismatch) ->
              error(mismatch, "invalid_json", "Something follows the JSON value.");
          case MismatchedInputException mismatch ->
              error(mismatch, "invalid_value", "The value is not of the type or form asked for.");
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

  /** Where the parser stood: a repeated name is found before there is a value with a path. */
  private static String where(JacksonException refused) {
    return refused.processor() instanceof JsonParser parser
        ? parser.streamReadContext().pathAsPointer().toString()
        : pointer(refused);
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
