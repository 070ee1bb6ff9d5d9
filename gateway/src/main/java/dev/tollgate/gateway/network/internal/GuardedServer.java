package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.ServerLimitsProperties;
import dev.tollgate.gateway.network.TurnFlush;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/**
 * Puts the edge of the public port before Reactor Netty's own handlers:
 *
 * <pre>
 * socket | ProxyProtocol | TLS | RequestHeadTimeout | encoder | StrictRequestDecoder | RequestBodyTimeout | RequestLineGuard | Reactor Netty
 * </pre>
 *
 * <p>Speaks HTTP/1.1 only: a request that came as an HTTP/2 stream would pass none of this.
 */
final class GuardedServer implements NettyServerCustomizer {

  private static final String PREFIX = "tollgate.";
  private static final int MAX_CHUNK = 64 * 1024;

  private final ServerLimitsProperties limits;
  private final ConnectionLimits connections;
  private final RequestHeadPolicy policy;
  private final EdgeMeters meters;
  private final Predicate<InetAddress> speaksProxyProtocol;

  /**
   * @param speaksProxyProtocol of which peers a connection begins with a PROXY header
   */
  GuardedServer(
      ServerLimitsProperties limits,
      RequestHeadPolicy policy,
      EdgeMeters meters,
      Predicate<InetAddress> speaksProxyProtocol) {
    this.limits = limits;
    this.connections =
        new ConnectionLimits(limits.maxConnections(), limits.maxConnectionsPerAddress(), meters);
    this.policy = policy;
    this.meters = meters;
    this.speaksProxyProtocol = speaksProxyProtocol;
  }

  /**
   * Reactor Netty never reads forwarding headers, which Spring Boot turns on by itself on some
   * platforms: it would take them from anybody.
   */
  @Override
  public HttpServer apply(HttpServer server) {
    return server
        .forwarded(false)
        .protocol(HttpProtocol.HTTP11)
        .idleTimeout(limits.idleTimeout())
        .doOnChannelInit((observer, channel, address) -> accept(channel));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // closing has no failure that anybody could mend
  private void accept(Channel connection) {
    if (connections.admits(connection)) {
      guard(connection.pipeline());
      TurnFlush.install(connection.pipeline());
      if (connection.remoteAddress() instanceof InetSocketAddress peer
          && speaksProxyProtocol.test(peer.getAddress())) {
        ProxyProtocol.install(connection.pipeline(), meters);
      }
    } else {
      connection.close();
    }
  }

  private void guard(ChannelPipeline pipeline) {
    StrictRequestDecoder decoder = new StrictRequestDecoder(decoding());
    // Reactor Netty, and Netty's WebSocket handshake, find the codec by this name and by its types.
    pipeline.replace(NettyPipeline.HttpCodec, NettyPipeline.HttpCodec, decoder);
    pipeline.addBefore(
        NettyPipeline.HttpCodec,
        PREFIX + "headTimeout",
        new RequestHeadTimeout(decoder, limits.headTimeout(), meters::silentConnection));
    pipeline.addBefore(
        NettyPipeline.HttpCodec, PREFIX + "encoder", new MethodAwareResponseEncoder(decoder));
    pipeline.addBefore(
        NettyPipeline.HttpTrafficHandler,
        PREFIX + "bodyTimeout",
        new RequestBodyTimeout(limits.bodyReadTimeout()));
    pipeline.addBefore(
        NettyPipeline.HttpTrafficHandler,
        PREFIX + "requestLineGuard",
        new RequestLineGuard(policy, meters));
  }

  private HttpDecoderConfig decoding() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(Math.toIntExact(limits.maxInitialLine().toBytes()))
        .setMaxHeaderSize(Math.toIntExact(limits.maxHeaderSize().toBytes()))
        .setMaxChunkSize(MAX_CHUNK)
        .setAllowDuplicateContentLengths(false)
        .setUseRfc9112TransferEncoding(true)
        .setStrictLineParsing(true);
  }
}
