package dev.tollgate.benchmark.upstream;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A provider on loopback that answers every POST at once with the same chat completion, whole or as
 * a stream. It reads no more of a request than it must, and writes bytes made beforehand.
 */
public final class Upstream implements Provider {

  private static final int BACKLOG = 16_384;

  private final Channel channel;
  private volatile StreamPlan plan = new StreamPlan(100, Duration.ofMillis(10));

  private Upstream(
      EventLoopGroup loops, Class<? extends ServerChannel> channelType, InetAddress address) {
    this.channel =
        new ServerBootstrap()
            .group(loops)
            .channel(channelType)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connections())
            .bind(new InetSocketAddress(address, 0))
            .syncUninterruptibly()
            .channel();
  }

  /** Listens on a free port of the loopback address. */
  public static Upstream start(EventLoopGroup loops, Class<? extends ServerChannel> channelType) {
    return new Upstream(loops, channelType, InetAddress.ofLiteral("127.0.0.1"));
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void stream(StreamPlan next) {
    plan = next;
  }

  @Override
  public void close() {
    var _ = channel.close().syncUninterruptibly();
  }

  private final class Connections extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel accepted) {
      accepted
          .pipeline()
          .addLast(
              new HttpRequestDecoder(
                  new HttpDecoderConfig().setMaxHeaderSize(64 * 1024).setValidateHeaders(false)),
              new AnswerHandler(() -> plan));
    }
  }
}
