package dev.tollgate.admin.document;

import dev.tollgate.admin.problem.FieldError;
import java.time.Instant;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * The place in a body at which a value stands, and where what is wrong with it is noted.
 *
 * @param whole true where a short form stands for several long ones: all that is wrong with them is
 *     wrong here
 * @param now the time of the reading
 */
public record At(JsonPointer pointer, boolean whole, Findings findings, Instant now) {

  static At root(Findings findings, Instant now) {
    return new At(JsonPointer.empty(), false, findings, now);
  }

  public At member(String name) {
    return whole ? this : new At(pointer.appendProperty(name), false, findings, now);
  }

  public At item(int index) {
    return whole ? this : new At(pointer.appendIndex(index), false, findings, now);
  }

  At asWhole() {
    return new At(pointer, true, findings, now);
  }

  public void note(String code, String message) {
    findings.add(new FieldError(pointer.toString(), code, message));
  }

  /**
   * Notes a value of the wrong JSON type; the result stands in for the value, which nobody will
   * read.
   */
  public JsonNode wrongType(String expected) {
    note(ErrorCodes.INVALID_TYPE, "must be " + expected);
    return NullNode.getInstance();
  }

  /**
   * Notes a value that may not stand here; the result stands in for the value, which nobody will
   * read.
   */
  public JsonNode wrongValue(String message) {
    note(ErrorCodes.INVALID_VALUE, message);
    return NullNode.getInstance();
  }

  /** Notes something that is known but not enforced yet; the result stands in for the value. */
  public JsonNode unsupported() {
    note(ErrorCodes.UNSUPPORTED_FIELD, "is not enforced by this version and would have no effect");
    return NullNode.getInstance();
  }
}
