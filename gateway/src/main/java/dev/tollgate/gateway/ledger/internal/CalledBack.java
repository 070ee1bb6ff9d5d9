package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.Period;
import dev.tollgate.gateway.policy.Subject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How the database names a budget that another gateway calls back: {@code period start subject
 * [model]}, the start in seconds since 1970, the names in UTF-8 as hexadecimal digits.
 */
final class CalledBack {

  private CalledBack() {}

  /**
   * The budget.
   *
   * @throws IllegalArgumentException if none is named
   */
  static BudgetKey budget(String told) {
    String[] parts = told.split(" ", -1);
    if (parts.length < 3 || parts.length > 4) {
      throw new IllegalArgumentException("no budget is named");
    }
    @Nullable String model = parts.length == 3 ? null : text(parts[3]);
    return new BudgetKey(
        Subject.parse(text(parts[2])),
        model,
        Period.of(parts[0]),
        Instant.ofEpochSecond(Long.parseLong(parts[1])));
  }

  private static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }
}
