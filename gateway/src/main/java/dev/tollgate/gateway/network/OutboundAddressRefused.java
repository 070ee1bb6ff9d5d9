package dev.tollgate.gateway.network;

import java.net.ConnectException;
import java.net.SocketAddress;

/**
 * A connection that was not made, because its address is neither public nor allowed by {@code
 * tollgate.outbound.allowed-networks}. Names the address, so it is for the log, not for the client.
 * Without a stack trace, since a refusal is an expected outcome.
 */
public final class OutboundAddressRefused extends ConnectException {

  OutboundAddressRefused(SocketAddress address) {
    super(
        "refused to connect to %s: not public, and not in tollgate.outbound.allowed-networks"
            .formatted(address));
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
