package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.Rejection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The answers that are on their way right now. Thread-safe. */
public final class OpenAnswers implements AnswerListing {

  private final Set<OpenAnswer> answers = ConcurrentHashMap.newKeySet();

  @Override
  public void add(OpenAnswer answer) {
    answers.add(answer);
  }

  @Override
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
