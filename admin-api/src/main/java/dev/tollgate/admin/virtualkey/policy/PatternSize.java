package dev.tollgate.admin.virtualkey.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large an expression of RE2's dialect about is when it is compiled, in instructions and read
 * off its text: {@code ((x{100}){100}){100}} would fill the memory before its size could be seen.
 * What stands side by side is added, what is repeated is multiplied. Rather too large than too
 * small: each sign counts, whether it is an instruction or not.
 */
final class PatternSize {
  private static final long MAX = 1_000_000;
  private static final Pattern REPETITION = Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");

  private final String text;
  private final Matcher repetition;

  /** The sizes of what stands before each open parenthesis. */
  private final Deque<Long> outer = new ArrayDeque<>();

  private long size;

  /** Of {@code size}, what a repetition would repeat. */
  private long last;

  private PatternSize(String text) {
    this.text = text;
    this.repetition = REPETITION.matcher(text);
  }

  /**
   * The size in instructions; of what is larger than a million, a million. What is no expression
   * has one too.
   */
  static long of(String text) {
    return new PatternSize(text).measured();
  }

  private long measured() {
    for (int at = 0; at < text.length() && size < MAX; ) {
      at = after(at);
    }
    return Math.min(MAX, size + outer.stream().mapToLong(Long::longValue).sum());
  }

  /** Measures what begins there and says where it ends. */
  private int after(int at) {
    return switch (text.charAt(at)) {
      case '(' -> opened(at);
      case ')' -> closed(at);
      case '[' -> one(afterClass(at));
      case '\\' -> afterEscape(at);
      case '*', '+', '?' -> repeated(1, at + 1);
      case '{' -> afterBrace(at);
      default -> one(at + 1);
    };
  }

  private int one(int end) {
    size++;
    last = 1;
    return end;
  }

  private int opened(int at) {
    outer.push(size);
    size = 1;
    last = 0;
    return at + (text.startsWith("(?:", at) ? 3 : 1);
  }

  private int closed(int at) {
    if (!outer.isEmpty()) {
      last = size;
      size += outer.pop();
    }
    return at + 1;
  }

  private int repeated(long times, int end) {
    long once = last + 1;
    size += once * times - last;
    last = once * times;
    return end;
  }

  private int afterBrace(int at) {
    if (!repetition.find(at) || repetition.start() != at) {
      return one(at + 1);
    }
    String upper = repetition.group(2);
    String most = upper == null || upper.isEmpty() ? repetition.group(1) : upper;
    return repeated(Math.max(1, Math.min(Long.parseLong(most), MAX)), repetition.end());
  }

  private int afterEscape(int at) {
    if (text.startsWith("\\Q", at)) {
      int found = text.indexOf("\\E", at);
      int end = found < 0 ? text.length() : found;
      last = (long) end - at;
      size += last;
      return Math.min(text.length(), end + 2);
    }
    boolean named =
        at + 2 < text.length()
            && "pPx".indexOf(text.charAt(at + 1)) >= 0
            && text.charAt(at + 2) == '{';
    int end = named ? text.indexOf('}', at) : at + 1;
    return one(end < 0 ? text.length() : end + 1);
  }

  /** A bracket that opens the class, or stands first in it, does not close it. */
  private int afterClass(int at) {
    int inside = at + (text.startsWith("[^", at) ? 2 : 1);
    inside += text.startsWith("]", inside) ? 1 : 0;
    while (inside < text.length() && text.charAt(inside) != ']') {
      int posix = text.startsWith("[:", inside) ? text.indexOf(":]", inside + 2) : -1;
      if (posix >= 0) {
        inside = posix + 2;
      } else {
        inside += text.charAt(inside) == '\\' ? 2 : 1;
      }
    }
    return Math.min(text.length(), inside + 1);
  }
}
