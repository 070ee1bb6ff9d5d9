package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.Rejection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The answers that are on their way right now. Thread-safe. */
public final class OpenAnswers {

  private final Set<OpenAnswer> answers = ConcurrentHashMap.newKeySet();

  /** One of them; equal to itself only. */
  public interface OpenAnswer {

    /** Tells the client why its answer ends here, and ends it; returns at once. */
    void breakOffSoon(Rejection reason);
  }

  public void add(OpenAnswer answer) {
    answers.add(answer);
  }

  public void remove(OpenAnswer answer) {
    answers.remove(answer);
  }

  /** How many there are. */
  public int count() {
    return answers.size();
  }

  /** Ends all of them by the protocol's error event; returns at once. */
  public void breakOffAll(Rejection reason) {
    answers.forEach(answer -> answer.breakOffSoon(reason));
  }
}
