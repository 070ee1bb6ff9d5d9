package dev.tollgate.gateway.policy;

import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the limits of one document alone. It is worked out when it is first asked for
 * and kept with them for as long as they are, so that no request pays for it again. Thread-safe.
 *
 * @param <T> immutable, or thread-safe
 */
public final class Derivation<T> {

  private final Function<LimitRules, T> work;

  private Derivation(Function<LimitRules, T> work) {
    this.work = work;
  }

  /**
   * Worked out in this way; to be made once, and not for each request.
   *
   * @param work may be done twice for the same limits
   */
  public static <T> Derivation<T> by(Function<LimitRules, T> work) {
    return new Derivation<>(work);
  }

  /** What follows from these limits. */
  @SuppressWarnings("unchecked") // only this derivation keeps anything under itself
  public T of(LimitRules rules) {
    Object known = rules.kept().find(this);
    if (known == null) {
      T worked = work.apply(rules);
      rules.kept().keep(this, worked);
      return worked;
    }
    return (T) known;
  }

  /**
   * All that was worked out from one document's limits. Says nothing that they do not say
   * themselves, and so any two are equal.
   */
  public static final class Kept {

    private static final Object[] NOTHING = {};

    /** Each derivation, and behind it what it gave: there are as many as there are limiters. */
    private volatile Object[] pairs = NOTHING;

    Kept() {}

    @SuppressWarnings("ReferenceEquality") // a derivation is its own key
    private @Nullable Object find(Derivation<?> derivation) {
      Object[] all = pairs;
      for (int i = 0; i < all.length; i += 2) {
        if (all[i] == derivation) {
          return all[i + 1];
        }
      }
      return null;
    }

    private synchronized void keep(Derivation<?> derivation, Object value) {
      Object[] more = Arrays.copyOf(pairs, pairs.length + 2);
      more[pairs.length] = derivation;
      more[pairs.length + 1] = value;
      pairs = more;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Kept;
    }

    @Override
    public int hashCode() {
      return 0;
    }

    @Override
    public String toString() {
      return "";
    }
  }
}
