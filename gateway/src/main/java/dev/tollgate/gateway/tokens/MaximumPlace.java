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

  private final MaximumRule rule;
  private final List<Spot> spots = new ArrayList<>(1);
  private boolean named;
  private boolean settings;

  /** What stands in {@code [from, to)} gives way to the maximum, put between two texts. */
  private record Spot(int from, int to, String before, String after) {}

  /** Of a body of which nothing has been read. */
  MaximumPlace(MaximumRule rule) {
    this.rule = rule;
  }

  /** Whether the provider reads a maximum anywhere. */
  boolean exists() {
    return rule.isRead();
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
    if (asked || !nothing) {
      named = true;
      spots.add(new Spot(from, to, "", ""));
    }
  }

  /** A member of the root that is no object. */
  void settings(String name, int from, int to, boolean nothing) {
    if (!name.isEmpty() && rule.isIn(name)) {
      settings = true;
      if (nothing) {
        spots.add(new Spot(from, to, "{" + member(), "}"));
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
        spots.add(new Spot(at, at, comma + member(), ""));
      }
      named = false;
    } else if (within.isEmpty() && !settings) {
      spots.add(new Spot(at, at, comma + '"' + rule.askedIn() + "\":{" + member(), "}"));
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
