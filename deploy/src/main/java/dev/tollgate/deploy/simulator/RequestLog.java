package dev.tollgate.deploy.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest requests, for assertions. Bounded, so that a long run does not keep them all. */
final class RequestLog {

  private static final int CAPACITY = 2_000;

  private final Deque<RecordedRequest> requests = new ArrayDeque<>();

  synchronized void add(RecordedRequest request) {
    if (requests.size() == CAPACITY) {
      requests.removeFirst();
    }
    requests.addLast(request);
  }

  synchronized List<RecordedRequest> all() {
    return List.copyOf(requests);
  }

  synchronized void clear() {
    requests.clear();
  }
}
