package dev.tollgate.gateway.policy;

import java.util.List;

/**
 * A case-sensitive pattern for model names in which {@code *} stands for any run of characters and
 * everything else for itself. Matches in time linear in the name for every pattern.
 */
public final class ModelGlob {

  private final String head;
  private final String tail;
  private final List<String> middles;
  private final boolean literal;

  private ModelGlob(List<String> parts) {
    this.literal = parts.size() == 1;
    this.head = parts.getFirst();
    this.tail = parts.getLast();
    this.middles = literal ? List.of() : parts.subList(1, parts.size() - 1);
  }

  public static ModelGlob compile(String pattern) {
    return new ModelGlob(List.of(pattern.split("\\*", -1)));
  }

  public boolean matches(String name) {
    if (literal) {
      return name.equals(head);
    }
    if (name.length() < head.length() + tail.length()
        || !name.startsWith(head)
        || !name.endsWith(tail)) {
      return false;
    }
    return containsInOrder(name, head.length(), name.length() - tail.length());
  }

  /** Leftmost matches suffice: taking one later can never help the parts that follow. */
  private boolean containsInOrder(String name, int from, int to) {
    int position = from;
    for (String middle : middles) {
      int found = name.indexOf(middle, position, to);
      if (found < 0) {
        return false;
      }
      position = found + middle.length();
    }
    return true;
  }
}
