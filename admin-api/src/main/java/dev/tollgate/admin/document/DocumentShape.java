package dev.tollgate.admin.document;

import java.util.List;
import java.util.Objects;

/**
 * All that may stand in one kind of document. Fields come first: a short form is a second way to
 * one of them.
 */
public final class DocumentShape {
  private final List<Field> fields;
  private final List<ShortForm> shortForms;
  private final List<DocumentCheck> checks;
  private final Place.Block root = new Place.Block();

  public DocumentShape(List<Field> fields, List<ShortForm> shortForms, List<DocumentCheck> checks) {
    this.fields = List.copyOf(fields);
    this.shortForms = List.copyOf(shortForms);
    this.checks = List.copyOf(checks);
    this.fields.forEach(field -> root.put(field.segments(), new Place.Leaf(field)));
    this.shortForms.forEach(form -> root.put(form.segments(), new Place.Alias(form)));
    this.shortForms.forEach(this::target);
  }

  public List<Field> fields() {
    return fields;
  }

  public List<ShortForm> shortForms() {
    return shortForms;
  }

  List<DocumentCheck> checks() {
    return checks;
  }

  Place.Block root() {
    return root;
  }

  Place target(ShortForm form) {
    return Objects.requireNonNull(root.find(form.targetSegments()), form.target());
  }
}
