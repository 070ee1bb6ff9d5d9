package dev.tollgate.gateway.network;

import dev.tollgate.gateway.pipeline.StateKey;
import java.net.InetAddress;

/**
 * Where a request comes from, as far as it can be known: from the connection itself, or from
 * proxies that the operator trusts.
 *
 * @param address the client's; an IPv4-mapped one is IPv4
 * @param https whether the client's own connection is encrypted
 */
public record ClientConnection(InetAddress address, boolean https) {

  /** Set by the first filters, also for requests that match no route. */
  public static final StateKey<ClientConnection> KEY = StateKey.named("client connection");

  /** The address as text, without a zone. */
  public String addressText() {
    return IpLiteral.format(address);
  }
}
