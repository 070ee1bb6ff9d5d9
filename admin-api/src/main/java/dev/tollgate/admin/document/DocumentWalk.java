package dev.tollgate.admin.document;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One walk over one body along its shape. What is written has the long form's structure and keeps
 * nulls, which take something away in a patch; what is wrong is noted at the place where the client
 * wrote it.
 */
final class DocumentWalk {
  private static final int MAX_NAME_LENGTH = 64;

  /** What has members of its own is named by somebody else, as models are. */
  private static final int MAX_BLOCK_NAME_LENGTH = 256;

  private final DocumentShape shape;
  private final Predicate<Field> enforced;
  private final JsonNode body;
  private final ObjectNode written = JsonNodeFactory.instance.objectNode();

  DocumentWalk(DocumentShape shape, Predicate<Field> enforced, JsonNode body) {
    this.shape = shape;
    this.enforced = enforced;
    this.body = body;
  }

  ObjectNode written() {
    return written;
  }

  void visit(At root) {
    if (body.isObject()) {
      visitMembers(body, shape.root(), List.of(), root);
    } else {
      root.wrongType("a JSON object");
    }
  }

  private void visit(JsonNode value, Place place, List<String> target, At at) {
    switch (place) {
      case Place.Leaf(Field field) -> visitLeaf(value, field, target, at);
      case Place.Alias(ShortForm form) -> visitShortForm(value, form, at);
      case Place.Block block -> visitBlock(value, block, target, at);
    }
  }

  private void visitLeaf(JsonNode value, Field field, List<String> target, At at) {
    if (!enforced.test(field)) {
      at.unsupported();
    } else if (value.isNull()) {
      write(value, target, at);
    } else {
      write(field.rule().read(value, at), target, at);
    }
  }

  private void visitShortForm(JsonNode value, ShortForm form, At at) {
    if (!value.isNull() && isWritten(form.excludes(), at)) {
      at.note(ErrorCodes.CONTRADICTORY_FIELDS, "contradicts " + form.excludes());
      return;
    }
    Place target = shape.target(form);
    if (!value.isNull() && isRefused(value, form, target, at)) {
      return;
    }
    JsonNode converted = value.isNull() ? value : form.conversion().apply(value);
    if (target instanceof Place.Block && converted.isArray()) {
      at.wrongType("an object or a list of names");
    } else if (target instanceof Place.Block && !value.isObject()) {
      visit(converted, target, form.targetSegments(), at.asWhole());
    } else {
      visit(converted, target, form.targetSegments(), at);
    }
  }

  // what is not enforced is refused as that, whatever its value
  private boolean isRefused(JsonNode value, ShortForm form, Place target, At at) {
    if (target instanceof Place.Leaf(Field field) && !enforced.test(field)) {
      return false;
    }
    int before = at.findings().errors().size();
    var _ = form.rule().read(value, at);
    return at.findings().errors().size() > before;
  }

  private boolean isWritten(String path, At at) {
    JsonPointer pointer = JsonPointer.compile(path);
    JsonNode other = body.at(pointer);
    return !pointer.equals(at.pointer()) && !other.isMissingNode() && !other.isNull();
  }

  private void visitBlock(JsonNode value, Place.Block block, List<String> target, At at) {
    ShortForm listForm = block.listForm();
    if (value.isNull()) {
      write(NullNode.getInstance(), target, at);
    } else if (value.isArray() && listForm != null) {
      visitShortForm(value, listForm, at);
    } else if (value.isObject()) {
      visitMembers(value, block, target, at);
    } else {
      at.wrongType(listForm == null ? "an object" : "an object or a list");
    }
  }

  private void visitMembers(JsonNode object, Place.Block block, List<String> target, At at) {
    object
        .properties()
        .forEach(m -> visitMember(m.getKey(), m.getValue(), block, target, at.member(m.getKey())));
  }

  private void visitMember(
      String name, JsonNode value, Place.Block block, List<String> target, At at) {
    Place place = block.member(name);
    if (place == null) {
      at.note(ErrorCodes.UNKNOWN_FIELD, "is not a field of this document");
    } else if (block.takesAnyName() && !isName(name, longestName(place))) {
      at.wrongValue("must have a name of 1 to " + longestName(place) + " characters");
    } else {
      visit(value, place, append(target, name), at);
    }
  }

  private static int longestName(Place place) {
    return place instanceof Place.Block ? MAX_BLOCK_NAME_LENGTH : MAX_NAME_LENGTH;
  }

  private static boolean isName(String name, int longest) {
    return !name.isEmpty() && name.length() <= longest && ValueRules.isStorable(name);
  }

  private static List<String> append(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  private void write(JsonNode value, List<String> target, At at) {
    ObjectNode block = written;
    for (String name : target.subList(0, target.size() - 1)) {
      if (!block.has(name)) {
        block.putObject(name);
      }
      if (!(block.get(name) instanceof ObjectNode next)) {
        sayTwice(at);
        return;
      }
      block = next;
    }
    if (block.putIfAbsent(target.getLast(), value) != null) {
      sayTwice(at);
    }
  }

  private static void sayTwice(At at) {
    at.note(ErrorCodes.CONTRADICTORY_FIELDS, "says again what another field says");
  }
}
