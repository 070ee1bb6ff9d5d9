package dev.tollgate.admin.outbound;

import java.net.ConnectException;

/** A connection that was not made. Without a stack trace: a refusal is an expected outcome. */
final class AddressRefused extends ConnectException {

  AddressRefused() {
    super("the address is neither public nor allowed");
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
