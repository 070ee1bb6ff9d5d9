package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.identity.CallerTerms;

/** The outcome of identifying a caller. */
sealed interface Authentication {

  record Authenticated(Caller caller, CallerTerms terms) implements Authentication {}

  record Rejected(Rejection rejection) implements Authentication {}
}
