package dev.tollgate.gateway.usage;

import org.jspecify.annotations.Nullable;

/**
 * What the row of a request says if nothing more is heard of it: what is taken for it, else what it
 * may have come to at most.
 *
 * @param tokens null: nobody can tell
 * @param charge null: its price is not known, or it costs what nobody counts
 */
public record Unsettled(@Nullable TokenUsage tokens, @Nullable Charge charge) {

  public static final Unsettled NOTHING = new Unsettled(null, null);
}
