package dev.tollgate.admin.document;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.StringNode;

/**
 * The rules that values follow. Each refuses what PostgreSQL could not store, such as U+0000 in a
 * text.
 */
public final class ValueRules {
  /** The largest integer that every JSON reader holds exactly, 2^53 - 1. */
  private static final long MAX_COUNT = (1L << 53) - 1;

  /** More decimals than anybody means; each costs work. */
  private static final int MAX_SCALE = 30;

  private static final int MONEY_DECIMALS = 6;
  private static final int SHARE_DECIMALS = 6;
  private static final BigDecimal MAX_MONEY = new BigDecimal("1000000000");
  private static final Pattern MONEY_TEXT = Pattern.compile("\\d{1,10}(\\.\\d{1,30})?");

  /** Printable ASCII without space and without what other glob dialects give a meaning to. */
  private static final Pattern GLOB = Pattern.compile("[!-~&&[^?\\[\\]{}\\\\\"]]{1,256}");

  private static final int MAX_GLOBS = 500;

  private ValueRules() {}

  /**
   * Text of one line: 1 to {@code maxLength} characters, no control characters, no blanks around
   * it.
   */
  public static ValueRule line(int maxLength) {
    return (value, at) -> {
      if (!value.isString()) {
        return at.wrongType("a string");
      }
      String text = value.stringValue();
      if (text.isEmpty() || text.length() > maxLength || !text.equals(text.strip())) {
        return at.wrongValue(
            "must be 1 to " + maxLength + " characters without blanks around them");
      }
      return isStorable(text) && text.chars().noneMatch(Character::isISOControl)
          ? value
          : at.wrongValue("must not contain control characters");
    };
  }

  /** Text of any number of lines, up to {@code maxLength} characters, possibly none. */
  public static ValueRule text(int maxLength) {
    return (value, at) -> {
      if (!value.isString()) {
        return at.wrongType("a string");
      }
      String text = value.stringValue();
      return text.length() <= maxLength && isStorable(text)
          ? value
          : at.wrongValue("must be at most " + maxLength + " characters without U+0000");
    };
  }

  /**
   * An id of one kind: its prefix and up to 64 letters and digits. Whether it exists is the store's
   * to say.
   */
  public static ValueRule id(String prefix) {
    Pattern shape = Pattern.compile(Pattern.quote(prefix) + "[0-9A-Za-z]{1,64}");
    return (value, at) -> {
      if (!value.isString()) {
        return at.wrongType("a string");
      }
      return shape.matcher(value.stringValue()).matches()
          ? value
          : at.wrongValue("must be an id that begins with " + prefix);
    };
  }

  public static ValueRule flag() {
    return (value, at) -> value.isBoolean() ? value : at.wrongType("true or false");
  }

  /** One of a closed list of words. */
  public static ValueRule oneOf(String... words) {
    return oneOf(Set.of(words), Set.of());
  }

  /** One of a closed list of words, of which some are known but have no effect in this version. */
  public static ValueRule oneOf(Set<String> words, Set<String> notYet) {
    String known = String.join(", ", words.stream().sorted().toList());
    return (value, at) -> {
      if (!value.isString()) {
        return at.wrongType("a string");
      }
      if (notYet.contains(value.stringValue())) {
        return at.unsupported();
      }
      return words.contains(value.stringValue()) ? value : at.wrongValue("must be one of " + known);
    };
  }

  /** A whole number from 0 ("none allowed") to 2^53 - 1. */
  public static ValueRule count() {
    return wholeNumber(0, MAX_COUNT);
  }

  /** A whole number from {@code min} to {@code max}. */
  public static ValueRule wholeNumber(long min, long max) {
    return (value, at) -> {
      if (!value.isIntegralNumber()) {
        return at.wrongType("a whole number");
      }
      return value.canConvertToLong() && value.longValue() >= min && value.longValue() <= max
          ? LongNode.valueOf(value.longValue())
          : at.wrongValue("must be between " + min + " and " + max);
    };
  }

  /** A share of a whole, above 0 and up to 1, at most 6 decimals. */
  public static ValueRule share() {
    return (value, at) -> {
      if (!value.isNumber()) {
        return at.wrongType("a number");
      }
      BigDecimal share = value.decimalValue().stripTrailingZeros();
      return share.signum() > 0
              && share.scale() <= SHARE_DECIMALS
              && share.compareTo(BigDecimal.ONE) <= 0
          ? DecimalNode.valueOf(share)
          : at.wrongValue("must be above 0 and at most 1, with at most 6 decimals");
    };
  }

  /**
   * US dollars: a JSON number or a decimal string, 0 to 1,000,000,000, at most 6 decimals; kept as
   * a plain decimal number. Never a double: 0.1 stays 0.1.
   */
  public static ValueRule money() {
    return usd(MAX_MONEY, MONEY_DECIMALS);
  }

  /** As {@link #money}, 0 to {@code max} with at most so many decimals. */
  public static ValueRule usd(BigDecimal max, int decimals) {
    return (value, at) -> {
      if (value.isNumber()) {
        return usd(value.decimalValue(), max, decimals, at);
      }
      if (!value.isString()) {
        return at.wrongType("a number or a decimal string");
      }
      return MONEY_TEXT.matcher(value.stringValue()).matches()
          ? usd(new BigDecimal(value.stringValue()), max, decimals, at)
          : at.wrongValue("must be a decimal number such as 12.50");
    };
  }

  // The scale is looked at before any arithmetic that would expand it: 1e-999999999 is 12 bytes on
  // the wire.
  private static JsonNode usd(BigDecimal usd, BigDecimal max, int decimals, At at) {
    if (usd.signum() == 0) {
      return DecimalNode.valueOf(BigDecimal.ZERO);
    }
    BigDecimal shortest = usd.stripTrailingZeros();
    if (shortest.scale() > decimals) {
      return at.wrongValue("must have at most " + decimals + " decimals");
    }
    if (shortest.signum() < 0 || shortest.compareTo(max) > 0) {
      return at.wrongValue("must be between 0 and " + max);
    }
    return DecimalNode.valueOf(shortest.scale() < 0 ? shortest.setScale(0) : shortest);
  }

  /** A duration as {@code 30m}, {@code 24h}, {@code 2d} or a number of seconds; kept in seconds. */
  public static ValueRule duration(Duration min, Duration max) {
    return (value, at) -> {
      if (!value.isString() && !value.isIntegralNumber()) {
        return at.wrongType("a duration such as 30m, 24h, 2d, or seconds");
      }
      Duration duration = DurationText.parse(value.asString()).orElse(null);
      if (duration == null) {
        return at.wrongValue("must be a duration such as 30m, 24h, 2d, or seconds");
      }
      return duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0
          ? LongNode.valueOf(duration.toSeconds())
          : at.wrongValue(
              "must be between %s and %s"
                  .formatted(DurationText.format(min), DurationText.format(max)));
    };
  }

  /** A number of hours, fractions too, from 0 to {@code max}; kept in seconds, rounded up. */
  public static ValueRule hours(Duration max) {
    return (value, at) -> {
      if (!value.isNumber()) {
        return at.wrongType("a number of hours");
      }
      BigDecimal hours = value.decimalValue();
      boolean fits =
          hours.signum() >= 0
              && hours.compareTo(BigDecimal.valueOf(max.toHours())) <= 0
              && hours.scale() <= MAX_SCALE;
      return fits
          ? LongNode.valueOf(seconds(hours))
          : at.wrongValue("must be between 0 and " + max.toHours());
    };
  }

  private static long seconds(BigDecimal hours) {
    BigDecimal seconds = hours.multiply(BigDecimal.valueOf(3_600));
    return seconds.setScale(0, RoundingMode.CEILING).longValueExact();
  }

  /**
   * An RFC 3339 time that is not over yet; kept in UTC, to the microsecond, as PostgreSQL keeps it.
   */
  public static ValueRule futureTime() {
    return (value, at) -> {
      if (!value.isString()) {
        return at.wrongType("an RFC 3339 time");
      }
      Instant time = Rfc3339.parse(value.stringValue()).orElse(null);
      if (time == null) {
        return at.wrongValue("must be an RFC 3339 time such as 2027-12-31T23:59:59Z");
      }
      return time.isAfter(at.now())
          ? StringNode.valueOf(DateTimeFormatter.ISO_INSTANT.format(time))
          : at.wrongValue("must not be in the past");
    };
  }

  /**
   * Up to 500 model patterns of up to 256 characters, in which {@code *} stands for any text; none
   * = none allowed.
   */
  public static ValueRule globs() {
    return listOf(
        MAX_GLOBS,
        (value, at) -> {
          if (!value.isString()) {
            return at.wrongType("a string");
          }
          return GLOB.matcher(value.stringValue()).matches()
              ? value
              : at.wrongValue(
                  "must be 1 to 256 printable ASCII characters; * is the only wildcard");
        });
  }

  /** As {@link #listOf}, with at least one. */
  public static ValueRule someOf(int maxItems, ValueRule each) {
    ValueRule list = listOf(maxItems, each);
    return (value, at) ->
        value.isArray() && value.isEmpty()
            ? at.wrongValue("must have at least one entry")
            : list.read(value, at);
  }

  /**
   * A list of at most {@code maxItems} values that follow one rule; what is named twice is kept
   * once.
   */
  public static ValueRule listOf(int maxItems, ValueRule each) {
    return (value, at) -> {
      if (!(value instanceof ArrayNode list)) {
        return at.wrongType("a list");
      }
      if (list.size() > maxItems) {
        return at.wrongValue("must have at most " + maxItems + " entries");
      }
      Set<JsonNode> kept = new LinkedHashSet<>();
      for (int i = 0; i < list.size(); i++) {
        kept.add(each.read(list.get(i), at.item(i)));
      }
      return JsonNodeFactory.instance.arrayNode().addAll(List.copyOf(kept));
    };
  }

  /** Whether PostgreSQL takes the text: it stores neither U+0000 nor half a surrogate pair. */
  static boolean isStorable(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }
}
