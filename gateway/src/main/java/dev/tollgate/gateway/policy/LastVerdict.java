package dev.tollgate.gateway.policy;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A check of texts that remembers its last verdict: most keys are used by one program, from one
 * page, for one model. One text of bearable length is kept, whatever comes. Thread-safe.
 */
final class LastVerdict {

  private static final int LONGEST_KEPT = 256;

  private final Predicate<String> check;
  private volatile @Nullable Verdict last;

  /**
   * What is remembered.
   *
   * @param check says the same of the same text each time
   */
  LastVerdict(Predicate<String> check) {
    this.check = check;
  }

  private record Verdict(String text, boolean passes) {}

  boolean passes(String text) {
    Verdict known = last;
    if (known != null && known.text().equals(text)) {
      return known.passes();
    }
    boolean passes = check.test(text);
    if (text.length() <= LONGEST_KEPT) {
      last = new Verdict(text, passes);
    }
    return passes;
  }
}
