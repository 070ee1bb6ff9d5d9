package dev.tollgate.admin.document;

import java.util.List;

/**
 * One field of a document.
 *
 * @param path from the root, as {@code /rate_limits/requests/per_minute}; a segment {@code *}
 *     stands for any name
 * @param rule what its value must look like
 * @param enforced whether this version gives the field an effect; a document that names another one
 *     is refused
 */
public record Field(String path, ValueRule rule, boolean enforced) {

  public Field {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a field's path begins with a slash: " + path);
    }
  }

  public static Field enforced(String path, ValueRule rule) {
    return new Field(path, rule, true);
  }

  /** A field that the product knows and this version does not enforce. */
  public static Field later(String path, ValueRule rule) {
    return new Field(path, rule, false);
  }

  /**
   * As {@link #later(String, ValueRule)}, its rule not written yet: turning it on alone keeps it
   * refused.
   */
  public static Field later(String path) {
    return later(path, (value, at) -> at.unsupported());
  }

  /** The same field elsewhere: what stands below {@code from} stands below {@code to}. */
  public Field moved(String from, String to) {
    return new Field(movedPath(path, from, to), rule, enforced);
  }

  static String movedPath(String path, String from, String to) {
    if (!path.startsWith(from + "/")) {
      throw new IllegalArgumentException(path + " is not below " + from);
    }
    return to + path.substring(from.length());
  }

  List<String> segments() {
    return segments(path);
  }

  public static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }
}
