package dev.tollgate.gateway.usage;

import org.jspecify.annotations.Nullable;

/** Decides by the first bytes what an answer without a content type is. */
final class SniffingScanner implements AnswerScanner {

  private final JsonUsageScanner json;
  private @Nullable AnswerScanner chosen;

  SniffingScanner(JsonUsageScanner json) {
    this.json = json;
  }

  @Override
  public void scan(byte[] bytes, int from, int to) {
    int i = from;
    while (chosen == null && i < to) {
      chosen = choose(bytes[i]);
      i += chosen == null ? 1 : 0;
    }
    if (chosen != null) {
      chosen.scan(bytes, i, to);
    }
  }

  /** An event stream of AWS begins with a length below 16 MiB, hence with a zero. */
  private @Nullable AnswerScanner choose(byte first) {
    return switch (first) {
      case ' ', '\t', '\r', '\n' -> null;
      case 0 -> new EventStreamUsageScanner(json);
      case '{', '[' -> json;
      default -> new SseUsageScanner(json);
    };
  }
}
