package dev.tollgate.gateway.routing.internal;

/** Route YAML that says something which cannot be; the message names the place for the operator. */
final class InvalidRoutesException extends RuntimeException {

  InvalidRoutesException(String message) {
    super(message);
  }

  InvalidRoutesException(String message, Throwable cause) {
    super(message, cause);
  }
}
