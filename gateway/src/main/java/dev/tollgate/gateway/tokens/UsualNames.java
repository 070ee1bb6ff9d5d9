package dev.tollgate.gateway.tokens;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names and labels that nearly every request has, to be taken instead of a new string for each
 * of them. What is missing here is read all the same.
 */
final class UsualNames {

  /** A power of two. */
  private static final int PLACES = 256;

  static final List<String> ALL =
      List.of(
          "model",
          "messages",
          "role",
          "content",
          "system",
          "user",
          "assistant",
          "developer",
          "tool",
          "temperature",
          "top_p",
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "stream",
          "stream_options",
          "include_usage",
          "n",
          "seed",
          "stop",
          "input",
          "type",
          "text",
          "name",
          "tools",
          "tool_choice",
          "function",
          "description",
          "parameters",
          "properties",
          "required",
          "object",
          "string",
          "response_format",
          "instructions",
          "contents",
          "parts");

  private static final @Nullable String[] PLACED = new @Nullable String[PLACES];

  static {
    for (String name : ALL) {
      PLACED[place(name.length(), name.charAt(0), name.charAt(name.length() / 2))] = name;
    }
  }

  private UsualNames() {}

  /** Found by trial: each of the names has a place of its own. */
  private static int place(int length, int first, int middle) {
    return (length * 4 + first * 18 + middle) & (PLACES - 1);
  }

  /** The name in {@code bytes[from, to)}, which are ASCII; null where it is no usual one. */
  static @Nullable String find(byte[] bytes, int from, int to) {
    if (from == to) {
      return null;
    }
    int length = to - from;
    String name = PLACED[place(length, bytes[from], bytes[from + length / 2])];
    return name != null && is(name, bytes, from, to) ? name : null;
  }

  private static boolean is(String name, byte[] bytes, int from, int to) {
    if (name.length() != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (name.charAt(i - from) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
