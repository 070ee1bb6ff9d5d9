package dev.tollgate.gateway.network.internal;

import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds the open connections, altogether and by the peer's address. Thread-safe. */
@SuppressWarnings("FutureReturnValueIgnored") // the channel itself tells how it ends
final class ConnectionLimits {

  private static final int NETWORK_BYTES = 8;

  private final int maximum;
  private final int maximumPerAddress;
  private final EdgeMeters meters;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();

  ConnectionLimits(int maximum, int maximumPerAddress, EdgeMeters meters) {
    this.maximum = maximum;
    this.maximumPerAddress = maximumPerAddress;
    this.meters = meters;
  }

  /** Whether the connection may stay; if so, it is counted until it closes. */
  boolean admits(Channel connection) {
    if (open.incrementAndGet() > maximum) {
      open.decrementAndGet();
      meters.tooManyConnections();
      return false;
    }
    InetAddress peer = peerOf(connection.remoteAddress());
    if (openByAddress.merge(peer, 1, Integer::sum) > maximumPerAddress) {
      release(peer);
      meters.tooManyConnectionsOfAddress();
      return false;
    }
    connection.closeFuture().addListener(closed -> release(peer));
    return true;
  }

  private void release(InetAddress peer) {
    open.decrementAndGet();
    openByAddress.computeIfPresent(peer, (address, count) -> count == 1 ? null : count - 1);
  }

  int open() {
    return open.get();
  }

  /** Who counts as one peer: an IPv4 address, or the /64 that one IPv6 host has for itself. */
  private static InetAddress peerOf(SocketAddress address) {
    InetAddress peer =
        address instanceof InetSocketAddress socket && socket.getAddress() != null
            ? socket.getAddress()
            : InetAddress.getLoopbackAddress();
    return peer instanceof Inet6Address ? network(peer.getAddress()) : peer;
  }

  private static InetAddress network(byte[] address) {
    byte[] network = Arrays.copyOf(Arrays.copyOf(address, NETWORK_BYTES), address.length);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
