package dev.tollgate.gateway.usage;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many turns of one conversation its provider may be at: what its client asks for, told by the
 * client's event loop, and what the provider begins and ends, told by its own. Where nobody can
 * know, there is one more rather than one less. Thread-safe.
 *
 * <p>That the provider has refused a turn counts where it says which one: an error that may be
 * about anything else would be a way to have more turns than are paid for.
 */
public final class Turns {

  /** What a provider says of a turn for which it has no time. */
  private static final String BUSY = "conversation_already_has_active_response";

  private static final int MOST_NAMES = 64;

  private final SeenIds ids = new SeenIds();

  /** The client's events that asked for turns, as far as no other has the same id. */
  private final Set<String> names = new LinkedHashSet<>();

  /** Whether an event may have had any id: what is said of one may be said of it. */
  private boolean unsure;

  /** Sent, and not begun. */
  private int asked;

  /** Of them, those that the provider may have refused. */
  private int doubted;

  private int waiting;
  private int open;

  /** Whether one is over that nobody has paid for yet. */
  private boolean unsettled;

  private boolean heard;
  private boolean beginsByItself;
  private boolean quiet;
  private long configured;
  private long toldConfigured;
  private long changes;

  /**
   * An event of the client is complete.
   *
   * @return its id, where no other event had it; whatever is said of it is said of this one alone
   */
  public synchronized @Nullable String firstUse(@Nullable String id) {
    if (id == null) {
      return null;
    }
    names.remove(id);
    return ids.add(id) && !unsure ? id : null;
  }

  /** An event of the client has an id that nobody but the provider can tell. */
  public synchronized void unsureOfIds() {
    unsure = true;
    names.clear();
  }

  /** The client asks for a turn, which {@link #sent} or {@link #withdrawn} follows. */
  public synchronized void waits() {
    waiting++;
  }

  /** What waited goes to the provider. */
  public synchronized void sent(@Nullable String id) {
    waiting--;
    asked++;
    if (id != null) {
      names.add(id);
      if (names.size() > MOST_NAMES) {
        names.remove(names.iterator().next());
      }
    }
  }

  /** What waited does not. */
  public synchronized void withdrawn() {
    waiting--;
  }

  /** The client says something aloud: the provider may take it for the end of its words. */
  public synchronized void heard() {
    heard = true;
  }

  /** The client changes what the session is like. */
  public synchronized void configures() {
    configured++;
  }

  /** The provider begins a turn. */
  synchronized void begun() {
    beginsByItself |= asked == 0;
    answered();
    open++;
  }

  /**
   * The provider has ended a turn, one that it did not say to have begun too. What was taken for it
   * pays for it: it is no other's until {@link #settled}.
   */
  synchronized void done() {
    unsettled = true;
    if (open > 0) {
      open--;
    } else {
      answered();
    }
  }

  /**
   * The provider refuses something.
   *
   * @param event of the client that caused it; null: not said
   */
  synchronized void refused(@Nullable String code, @Nullable String event) {
    boolean told = event != null && names.remove(event);
    if (told || BUSY.equals(code)) {
      answered();
    } else {
      doubted = Math.min(doubted + 1, asked);
    }
  }

  private void answered() {
    if (asked > 0) {
      asked--;
      doubted = Math.min(doubted, asked);
      changes++;
    }
  }

  /**
   * The provider tells what the session is like.
   *
   * @param changed whether it tells so because the client has changed it
   * @param answersNobody whether it begins no turn by itself
   */
  synchronized void configured(boolean changed, boolean answersNobody) {
    toldConfigured += changed ? 1 : 0;
    quiet = answersNobody;
    changes++;
  }

  /** What those that are over have had is known to whoever pays for it. */
  public synchronized void settled() {
    if (unsettled) {
      unsettled = false;
      changes++;
    }
  }

  /** Whether one has ended that nobody has paid for yet. */
  public synchronized boolean isUnsettled() {
    return unsettled;
  }

  /** Whether the client has asked for one that is neither {@link #sent} nor withdrawn. */
  public synchronized boolean isWaiting() {
    return waiting > 0;
  }

  /** Those that run, or may soon. */
  public synchronized int underWay() {
    return waiting + asked + open;
  }

  /**
   * For how many there must be money: one that may begin by itself is among them, and one that has
   * just ended.
   */
  public synchronized int needed() {
    boolean sure = quiet && toldConfigured >= configured;
    return underWay() + ((heard || beginsByItself) && !sure ? 1 : 0) + (unsettled ? 1 : 0);
  }

  /** Another number than before where a turn is over or need not be paid for any more. */
  public synchronized long changes() {
    return changes;
  }

  /** Those that were asked for, have not begun and were not refused as far as anybody can tell. */
  synchronized int unanswered() {
    return asked - doubted;
  }
}
