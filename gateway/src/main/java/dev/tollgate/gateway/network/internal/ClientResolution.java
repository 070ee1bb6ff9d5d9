package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.CidrSet;
import dev.tollgate.gateway.network.ClientConnection;
import dev.tollgate.gateway.network.NetworkProperties;
import dev.tollgate.gateway.network.NetworkProperties.ForwardingHeader;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who the client is: the peer, or, if that is a trusted proxy, the last station before the trusted
 * ones. What stands before it in a header is the client's own word and is not read.
 */
final class ClientResolution {

  private static final String FORWARDED = "Forwarded";
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

  private final CidrSet trusted;
  private final ForwardingHeader header;

  ClientResolution(NetworkProperties properties) {
    this.trusted = CidrSet.of(properties.trustedProxies());
    this.header = properties.forwardingHeader();
  }

  boolean trusts(InetAddress peer) {
    return trusted.contains(peer);
  }

  /**
   * Resolves a request's client.
   *
   * @param peer the other end of the connection, or whom its PROXY header names
   * @param headers the values of all lines of a header, by its name
   * @return null if the header of a trusted proxy cannot be read as far as is needed: whoever the
   *     client is, it is not the proxy, whose address may be allowed more
   */
  @Nullable ClientConnection resolve(
      InetAddress peer, boolean encrypted, Function<String, List<String>> headers) {
    if (!trusts(peer)) {
      return new ClientConnection(peer, encrypted);
    }
    return switch (header) {
      case X_FORWARDED_FOR -> byForwardedFor(peer, encrypted, headers);
      case FORWARDED -> byForwarded(peer, encrypted, headers);
      case AUTO -> {
        if (headers.apply(FORWARDED).isEmpty()) {
          yield byForwardedFor(peer, encrypted, headers);
        }
        if (headers.apply(FORWARDED_FOR).isEmpty()) {
          // A proxy that writes this header alone passes on what the client says of the protocol.
          yield byForwarded(peer, encrypted, headers);
        }
        ClientConnection one = byForwardedFor(peer, encrypted, headers);
        ClientConnection other = byForwarded(peer, one != null && one.https(), headers);
        yield ifSame(one, other);
      }
    };
  }

  private static @Nullable ClientConnection ifSame(
      @Nullable ClientConnection one, @Nullable ClientConnection other) {
    if (one == null || other == null || !one.address().equals(other.address())) {
      return null;
    }
    return new ClientConnection(one.address(), one.https() && other.https());
  }

  private @Nullable ClientConnection byForwardedFor(
      InetAddress peer, boolean encrypted, Function<String, List<String>> headers) {
    List<Hop> hops = new ArrayList<>();
    Boolean https = everyProtocolIsHttps(headers.apply(FORWARDED_PROTO));
    for (String item : items(headers.apply(FORWARDED_FOR))) {
      hops.add(new Hop(Hop.address(item), https));
    }
    return hops.isEmpty()
        ? new ClientConnection(peer, https == null ? encrypted : https)
        : client(hops, encrypted);
  }

  private @Nullable ClientConnection byForwarded(
      InetAddress peer, boolean encrypted, Function<String, List<String>> headers) {
    List<String> lines = headers.apply(FORWARDED);
    if (lines.isEmpty()) {
      return new ClientConnection(peer, encrypted);
    }
    List<Hop> hops = ForwardedHeader.hops(lines);
    return hops == null ? null : client(hops, encrypted);
  }

  /** The first from the right that is not trusted; the first of all if every one is. */
  private @Nullable ClientConnection client(List<Hop> hops, boolean encrypted) {
    for (int i = hops.size() - 1; i >= 0; i--) {
      InetAddress address = hops.get(i).address();
      if (address == null) {
        return null;
      }
      if (i == 0 || !trusts(address)) {
        Boolean https = hops.get(i).https();
        return new ClientConnection(address, https == null ? encrypted : https);
      }
    }
    throw new IllegalArgumentException("no hops");
  }

  /**
   * A proxy appends to what the client forged, or replaces it; so one plain connection is enough.
   *
   * @return null if nothing is said
   */
  private static @Nullable Boolean everyProtocolIsHttps(List<String> lines) {
    if (lines.isEmpty()) {
      return null;
    }
    for (String item : items(lines)) {
      if (!Hop.isHttps(item)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> items(List<String> lines) {
    if (lines.size() == 1) {
      String line = lines.get(0);
      if (line.indexOf(',') < 0) {
        return List.of(line.strip());
      }
    }
    return lines.stream()
        .flatMap(line -> Stream.of(line.split(",", -1)))
        .map(String::strip)
        .toList();
  }
}
