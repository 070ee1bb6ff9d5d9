package dev.tollgate.admin.virtualkey.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Patterns in which {@code *} is any text, and everything else itself. */
final class Globs {
  /** Beyond these an intersection is not worked out: nobody reads what it would come to. */
  private static final int MAX_STEPS = 1_024;

  private static final int MAX_PATTERNS = 32;

  private Globs() {}

  /**
   * Whether everything that {@code narrow} matches is matched by {@code wide}. In {@code narrow} a
   * star is taken as a character that only a star matches.
   */
  static boolean covers(String wide, String narrow) {
    int w = 0;
    int n = 0;
    int star = -1;
    int retry = 0;
    while (n < narrow.length()) {
      if (w < wide.length() && wide.charAt(w) == '*') {
        star = w++;
        retry = n;
      } else if (w < wide.length()
          && narrow.charAt(n) != '*'
          && wide.charAt(w) == narrow.charAt(n)) {
        w++;
        n++;
      } else if (star >= 0) {
        w = star + 1;
        n = ++retry;
      } else {
        return false;
      }
    }
    return wide.substring(w).chars().allMatch(c -> c == '*');
  }

  /**
   * Patterns that together match what both match; {@code below} itself where they would be too
   * many.
   */
  static List<String> both(String above, String below) {
    Set<String> both = new LinkedHashSet<>();
    boolean done = new Intersection(both).of("", above, below);
    return done ? List.copyOf(both) : List.of(below);
  }

  /**
   * Goes along both patterns at once. A star of one takes the next character of the other, or ends;
   * of two stars one ends first.
   */
  private static final class Intersection {
    private final Set<String> found;
    private int steps;

    Intersection(Set<String> found) {
      this.found = found;
    }

    /** False: it became too much. */
    boolean of(String done, String a, String b) {
      if (++steps > MAX_STEPS || found.size() > MAX_PATTERNS) {
        return false;
      }
      if (a.isEmpty() || b.isEmpty()) {
        return end(done, a + b);
      }
      boolean anyOfA = a.charAt(0) == '*';
      boolean anyOfB = b.charAt(0) == '*';
      if (anyOfA && anyOfB) {
        String star = done.endsWith("*") ? done : done + "*";
        return of(star, a.substring(1), b) && of(star, a, b.substring(1));
      }
      if (anyOfA) {
        return of(done, a.substring(1), b) && of(done + b.charAt(0), a, b.substring(1));
      }
      if (anyOfB) {
        return of(done, a, b.substring(1)) && of(done + a.charAt(0), a.substring(1), b);
      }
      return a.charAt(0) != b.charAt(0) || of(done + a.charAt(0), a.substring(1), b.substring(1));
    }

    private boolean end(String done, String rest) {
      if (rest.chars().allMatch(c -> c == '*') && found.stream().noneMatch(p -> covers(p, done))) {
        found.removeIf(pattern -> covers(done, pattern));
        var _ = found.add(done);
      }
      return true;
    }
  }
}
