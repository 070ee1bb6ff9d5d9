package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.IpLiteral;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY protocol header, version 1 or 2, with which a trusted proxy begins a connection,
 * before TLS and HTTP. A connection without one ends: whether it is there is not guessed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing has no failure that anybody could mend
final class ProxyProtocol extends ChannelInboundHandlerAdapter {

  /**
   * Whom the proxy speaks for.
   *
   * @param encrypted whether the proxy has taken TLS off
   */
  record Source(InetAddress address, boolean encrypted) {}

  private static final AttributeKey<Source> SOURCE =
      AttributeKey.valueOf(ProxyProtocol.class, "source");

  /** Beside the addresses; room for what proxies add about TLS. */
  private static final int MAX_EXTENSIONS = 4 * 1024;

  private final EdgeMeters meters;

  private ProxyProtocol(EdgeMeters meters) {
    this.meters = meters;
  }

  static void install(ChannelPipeline pipeline, EdgeMeters meters) {
    pipeline.addFirst("tollgate.proxyProtocol", new ProxyProtocol(meters));
    pipeline.addFirst("tollgate.proxyProtocolDecoder", new HAProxyMessageDecoder(MAX_EXTENSIONS));
  }

  /** What the connection's header said; null if it had none or the proxy spoke for itself. */
  static @Nullable Source sourceOf(Channel connection) {
    return connection.attr(SOURCE).get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HAProxyMessage header) {
      try {
        accept(ctx, header);
      } finally {
        header.release();
      }
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void accept(ChannelHandlerContext ctx, HAProxyMessage header) {
    if (header.command() == HAProxyCommand.PROXY) {
      ctx.channel().attr(SOURCE).set(source(header));
    }
    // Reactor Netty reads on only for what it is given; without this the request could wait
    // forever.
    ctx.read();
    ctx.pipeline().remove(this);
  }

  /** Where the proxy does not know, the client is nobody; it is not the proxy. */
  private static Source source(HAProxyMessage header) {
    String text = header.sourceAddress();
    boolean tcp = header.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM;
    InetAddress address = tcp && text != null ? IpLiteral.parse(text) : null;
    boolean encrypted =
        header.tlvs().stream()
            .anyMatch(tlv -> tlv instanceof HAProxySSLTLV ssl && ssl.isPP2ClientSSL());
    return new Source(address == null ? ClientAddressFilter.NOBODY : address, encrypted);
  }

  /** The decoder's word that there is no such header, or not a proper one. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    refuse(ctx);
  }

  private void refuse(ChannelHandlerContext ctx) {
    meters.noProxyHeader();
    ctx.close();
  }
}
