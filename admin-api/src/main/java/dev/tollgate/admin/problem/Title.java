package dev.tollgate.admin.problem;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A name for people: 1 to 200 characters, none of them a control character. */
@NotBlank
@Size(max = 200)
@Pattern(regexp = "[^\\p{Cntrl}]*", message = "must not hold control characters")
@Documented
@Constraint(validatedBy = {})
@Target({
  ElementType.FIELD,
  ElementType.PARAMETER,
  ElementType.METHOD,
  ElementType.RECORD_COMPONENT
})
@Retention(RetentionPolicy.RUNTIME)
public @interface Title {
  String message() default "is not a name";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};
}
