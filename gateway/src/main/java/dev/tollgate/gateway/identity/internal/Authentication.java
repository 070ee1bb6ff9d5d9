package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.CallerTerms;
import org.jspecify.annotations.Nullable;

/** The outcome of identifying a caller. */
sealed interface Authentication {

  record Authenticated(Caller caller, CallerTerms terms) implements Authentication {}

  /**
   * Not let in.
   *
   * @param caller whose credential it is; null if that is not known for certain
   */
  record Rejected(Rejection rejection, @Nullable Caller caller) implements Authentication {
    Rejected(Rejection rejection) {
      this(rejection, null);
    }
  }
}
