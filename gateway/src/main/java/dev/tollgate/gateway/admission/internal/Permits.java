package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Permit;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What several limiters have taken for the same. */
final class Permits {

  private static final Logger log = LoggerFactory.getLogger(Permits.class);

  private Permits() {}

  /** One that fails must not keep the others from their end. */
  static <T> void each(String requestId, List<T> all, Consumer<T> end) {
    Throwable failure = null;
    for (T one : all) {
      try {
        end.accept(one);
      } catch (RuntimeException | Error e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      log.error("Not all that {} had taken of its limits is settled", requestId, failure);
    }
  }

  /** Adds what they want to be run once the row of their request is stored. */
  static void addWhenStored(List<Permit> permits, List<Runnable> all) {
    for (Permit permit : permits) {
      Runnable own = permit.whenStored();
      if (own != null) {
        all.add(own);
      }
    }
  }
}
