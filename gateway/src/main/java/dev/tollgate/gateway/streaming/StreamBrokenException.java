package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;

/**
 * An answer broke off after its head had gone out. Nothing is left to tell the client but by ending
 * the connection without a proper end, so that it is not taken for the whole answer.
 */
public final class StreamBrokenException extends RejectionException {

  public StreamBrokenException(Rejection rejection) {
    super(rejection);
  }
}
