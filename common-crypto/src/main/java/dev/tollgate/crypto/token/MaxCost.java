package dev.tollgate.crypto.token;

import dev.tollgate.crypto.token.StrictJson.Literal;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The claim {@code max_cost}: US dollars as a plain decimal, at most 12 digits before the point and
 * 6 after it, as a JSON number or a string. Never a {@code double}; no exponent, which could stand
 * for a number too large to hold.
 */
final class MaxCost {

  private static final Pattern PLAIN_DECIMAL =
      Pattern.compile("(0|[1-9][0-9]{0,11})(\\.[0-9]{1,6})?");
  private static final int MICRO_DIGITS = 6;

  private MaxCost() {}

  static String render(long microUsd) {
    return BigDecimal.valueOf(microUsd, MICRO_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** Micro-USD, exactly; null if the value is no such decimal. */
  static @Nullable Long parse(Object claim) {
    return switch (claim) {
      case Literal number -> parseDecimal(number.text());
      case String text -> parseDecimal(text);
      default -> null;
    };
  }

  private static @Nullable Long parseDecimal(String text) {
    return PLAIN_DECIMAL.matcher(text).matches()
        ? new BigDecimal(text).movePointRight(MICRO_DIGITS).longValueExact()
        : null;
  }
}
