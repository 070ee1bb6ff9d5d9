package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.inspection.BodyEdit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a body that sets no maximum takes one that its provider reads. A maximum that is none
 * ({@code null}, {@code -1}) gives way, so that no reader finds two; settings that are no object
 * are left for the provider to refuse.
 */
public final class MaximumPlace {

  /** A body of more is nobody's, and there is room for millions in one. */
  private static final int MOST_SPOTS = 16;

  private final MaximumRule rule;
  private final List<Spot> spots = new ArrayList<>(1);
  private boolean named;
  private boolean settings;

  /** The last name that is read beside the one to ask by. */
  private @Nullable String other;

  /** Whether nobody knows what would be read. */
  private boolean unclear;

  /** What stands in {@code [from, to)} gives way to the maximum, put between two texts. */
  private record Spot(int from, int to, String before, String after) {}

  /** Of a body of which nothing has been read. */
  MaximumPlace(MaximumRule rule) {
    this.rule = rule;
  }

  /** Whether the provider reads a maximum anywhere, and in one way. */
  boolean exists() {
    return rule.isRead() && !unclear;
  }

  private void add(int from, int to, String before, String after) {
    if (spots.size() < MOST_SPOTS) {
      spots.add(new Spot(from, to, before, after));
    } else {
      unclear = true;
    }
  }

  /**
   * A value by the name of a maximum.
   *
   * @param name as written
   * @param within as in {@link Maximum#limit}
   * @param nothing whether it is null, which is the same as no maximum
   */
  void value(String name, @Nullable String within, int from, int to, boolean nothing) {
    if (within == null || !rule.isIn(within) || !rule.isMaximum(name)) {
      return;
    }
    boolean asked = rule.isAsked(name);
    if (!asked) {
      // Given twice, once as null, it would be what the provider makes of that.
      unclear |= name.equals(other);
      other = name;
    }
    if (asked || !nothing) {
      named = true;
      add(from, to, "", "");
    }
  }

  /** A member of the root that is no object. */
  void settings(String name, int from, int to, boolean nothing) {
    if (!name.isEmpty() && rule.isIn(name)) {
      settings = true;
      if (nothing) {
        add(from, to, "{" + member(), "}");
      }
    }
  }

  /**
   * An object ends.
   *
   * @param within as in {@link Maximum#limit}, of its members
   * @param at of its last brace
   */
  void ended(@Nullable String within, int at, boolean empty) {
    if (within == null || !exists()) {
      return;
    }
    String comma = empty ? "" : ",";
    if (rule.isIn(within)) {
      settings = true;
      if (!named) {
        add(at, at, comma + member(), "");
      }
      named = false;
    } else if (within.isEmpty() && !settings) {
      add(at, at, comma + '"' + rule.askedIn() + "\":{" + member(), "}");
    }
  }

  private String member() {
    return '"' + rule.asked() + "\":";
  }

  /**
   * What makes the body ask for so many tokens at most; nothing where only the provider can say.
   */
  public List<BodyEdit> asking(long tokens) {
    return spots.stream()
        .map(spot -> new BodyEdit(spot.from(), spot.to(), spot.before() + tokens + spot.after()))
        .toList();
  }
}
