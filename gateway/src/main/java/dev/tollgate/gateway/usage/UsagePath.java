package dev.tollgate.gateway.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON document, with the places below it that matter. Built once per vocabulary and
 * not changed afterwards; looked up by the bytes of a name, without making a string of them.
 */
final class UsagePath {

  /** The longest name that any path contains; a longer one in an answer matches nothing. */
  static final int LONGEST_NAME = 64;

  private static final String ARRAY_MARK = "[]";

  private final byte[] name;
  private final int hash;

  /** Open addressing by the hash of the name; a power of two, at most half full. */
  private @Nullable UsagePath[] slots = new UsagePath[2];

  private int children;
  private boolean throughArrays;
  private @Nullable UsageField field;

  private UsagePath(byte[] name) {
    this.name = name;
    this.hash = hash(name, name.length);
  }

  /**
   * An empty vocabulary. Gemini streams as one array, so the elements of a root array are roots.
   */
  static UsagePath root() {
    UsagePath root = new UsagePath(new byte[0]);
    root.throughArrays = true;
    return root;
  }

  /** The place at these names joined by dots, made where it is new; {@code []} enters an array. */
  UsagePath at(String names) {
    UsagePath place = this;
    for (String each : names.split("\\.", -1)) {
      place = place.childNamed(each);
    }
    return place;
  }

  void means(UsageField meaning) {
    field = meaning;
  }

  @Nullable UsageField field() {
    return field;
  }

  boolean hasChildren() {
    return children > 0;
  }

  /** Whether the elements of an array that stands here are taken as standing here themselves. */
  boolean isThroughArrays() {
    return throughArrays;
  }

  /** The place below this one by that name, null where nothing of interest has it. */
  @Nullable UsagePath child(byte[] bytes, int length) {
    int wanted = hash(bytes, length);
    for (int i = wanted & (slots.length - 1); ; i = (i + 1) & (slots.length - 1)) {
      UsagePath candidate = slots[i];
      if (candidate == null || candidate.isNamed(bytes, length, wanted)) {
        return candidate;
      }
    }
  }

  private boolean isNamed(byte[] bytes, int length, int wanted) {
    return hash == wanted && Arrays.equals(name, 0, name.length, bytes, 0, length);
  }

  private UsagePath childNamed(String text) {
    boolean array = text.endsWith(ARRAY_MARK);
    byte[] bytes = text.replace(ARRAY_MARK, "").getBytes(StandardCharsets.US_ASCII);
    UsagePath child = child(bytes, bytes.length);
    if (child == null) {
      child = new UsagePath(bytes);
      add(child);
    }
    child.throughArrays |= array;
    return child;
  }

  private void add(UsagePath child) {
    children++;
    if (children * 2 > slots.length) {
      @Nullable UsagePath[] old = slots;
      slots = new UsagePath[old.length * 2];
      Arrays.stream(old).forEach(this::place);
    }
    place(child);
  }

  private void place(@Nullable UsagePath child) {
    if (child == null) {
      return;
    }
    int i = child.hash & (slots.length - 1);
    while (slots[i] != null) {
      i = (i + 1) & (slots.length - 1);
    }
    slots[i] = child;
  }

  private static int hash(byte[] bytes, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ (hash >>> 15);
  }
}
