package dev.tollgate.gateway.tokens;

import org.jspecify.annotations.Nullable;

/**
 * The most that a request lets its answer have, read only where its provider reads it: a maximum
 * that the provider does not see is none. Of several the largest holds. Zero or less is none, and
 * undoes the others, since many servers take it for "as long as it gets"; so does whatever may be
 * read in two ways: a name in another spelling, settings that are given twice.
 */
final class Maximum {

  /** No provider gives more answers to one request. */
  static final long MOST_CHOICES = 128;

  private final MaximumRule rule;

  /** Which of the names that the rule reads have been there, one bit each. */
  private int named;

  private long largest;
  private boolean endless;
  private boolean settings;
  private long choices = 1;
  private long prompts = 1;

  Maximum(MaximumRule rule) {
    this.rule = rule;
  }

  /**
   * A number by the name of a maximum.
   *
   * @param name as written
   * @param within the member of the root that it is a member of; empty: it is one of the root's;
   *     null: it stands deeper
   */
  void limit(String name, @Nullable String within, long value) {
    if (isRead(name, within)) {
      endless |= value <= 0;
      largest = Math.max(largest, value);
      named |= bit(name);
    }
  }

  /** There is no number by the name of a maximum, which the provider takes as not given. */
  void unlimited(String name, @Nullable String within) {
    if (isRead(name, within)) {
      endless |= (named & bit(name)) != 0;
      named |= bit(name);
    }
  }

  private int bit(String name) {
    return 1 << rule.placeOf(name);
  }

  private boolean isRead(String name, @Nullable String within) {
    if (within == null || !rule.isIn(within)) {
      return false;
    }
    boolean read = rule.isMaximum(name);
    endless |= !read && rule.isLikeMaximum(name);
    return read;
  }

  /**
   * A text by the name of a maximum. Most providers refuse it, Gemini reads the number in it; who
   * does neither has no maximum.
   */
  void limitWritten(String name, @Nullable String within, String text) {
    Long value = rule == MaximumRule.GENERATE_CONTENT ? JsonBody.number(text.strip()) : null;
    limit(name, within, value == null ? 0 : value);
  }

  /** A member of the root may hold maxima. */
  void settings(String name) {
    if (rule.isSettings(name)) {
      endless |= settings;
      settings = true;
    }
  }

  /** So many answers are asked for, wherever that stands. */
  void choices(long value) {
    choices = Math.max(choices, value);
  }

  /**
   * A text by the name of a count of answers. Most providers refuse it, lax ones read the number in
   * it, each in its way; what has none, or stands deep, is something else.
   */
  void choicesWritten(String text, @Nullable String within) {
    Long value = JsonBody.number(text.strip().replace("_", ""));
    if (within != null && value != null) {
      choices(value);
    } else if (within != null && (text.isEmpty() || text.chars().anyMatch(Character::isDigit))) {
      choices(MOST_CHOICES);
    }
  }

  /** A list of so many prompts. */
  void prompts(String name, int count) {
    if (rule == MaximumRule.COMPLETIONS && name.equals("prompt")) {
      prompts = Math.max(1, count);
    }
  }

  long choices() {
    return saturated(choices, prompts);
  }

  /** Over all choices; null where there is none. */
  @Nullable Long tokens() {
    if (rule == MaximumRule.NOTHING) {
      return 0L;
    }
    return endless || largest <= 0 ? null : saturated(largest, choices());
  }

  private static long saturated(long each, long times) {
    boolean fits = Math.multiplyHigh(each, times) == 0 && each * times >= 0;
    return fits ? Math.min(JsonBody.MOST, each * times) : JsonBody.MOST;
  }
}
