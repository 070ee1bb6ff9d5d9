package dev.tollgate.admin.document;

import dev.tollgate.admin.problem.FieldError;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads documents of one shape: everything that is wrong is found in one go, short forms become
 * long ones. Pure: the time comes from the caller.
 */
public final class DocumentReader {
  private final DocumentShape shape;
  private final Predicate<Field> enforced;

  public DocumentReader(DocumentShape shape) {
    this(shape, Field::enforced);
  }

  /** With other fields enforced than the shape says, for tests of what is to come. */
  public DocumentReader(DocumentShape shape, Predicate<Field> enforced) {
    this.shape = shape;
    this.enforced = enforced;
  }

  /** Reads a whole document; a null member is as one that is not there. */
  public Reading read(JsonNode body, Instant now) {
    Findings findings = new Findings();
    ObjectNode written = walk(body, findings, now);
    return finish(MergePatch.apply(written.objectNode(), written), findings, now);
  }

  /**
   * Reads a JSON merge patch (RFC 7396) of a document and applies it. Only what the patch says is
   * judged value by value: a document that has expired since can still be patched elsewhere.
   *
   * @param current the document as an earlier reading accepted it; not changed
   */
  public Reading patch(ObjectNode current, JsonNode patch, Instant now) {
    Findings findings = new Findings();
    ObjectNode written = walk(patch, findings, now);
    return finish(MergePatch.apply(current, written), findings, now);
  }

  private ObjectNode walk(JsonNode body, Findings findings, Instant now) {
    DocumentWalk walk = new DocumentWalk(shape, enforced, body);
    walk.visit(At.root(findings, now));
    return walk.written();
  }

  private Reading finish(ObjectNode document, Findings findings, Instant now) {
    if (findings.errors().isEmpty()) {
      shape.checks().forEach(check -> check.check(document, At.root(findings, now)));
    }
    List<FieldError> errors = findings.errors();
    return errors.isEmpty() ? new Reading.Accepted(document) : new Reading.Refused(errors);
  }
}
