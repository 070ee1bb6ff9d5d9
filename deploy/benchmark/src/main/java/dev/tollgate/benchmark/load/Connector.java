package dev.tollgate.benchmark.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Opens connections of one event loop. */
record Connector(EventLoop loop, Class<? extends Channel> channelType) {

  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

  /** How many handshakes run at the same time, so that no accept queue overflows. */
  private static final int AT_ONCE = 128;

  /** Blocks until all are open. */
  List<ClientConnection> connect(InetSocketAddress address, int count) {
    List<ClientConnection> connections = new ArrayList<>(count);
    while (connections.size() < count) {
      connections.addAll(some(address, Math.min(AT_ONCE, count - connections.size())));
    }
    return connections;
  }

  private List<ClientConnection> some(InetSocketAddress address, int count) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(channelType)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .handler(new Codec());
    var pending = new ArrayList<io.netty.channel.ChannelFuture>(count);
    for (int i = 0; i < count; i++) {
      pending.add(bootstrap.connect(address));
    }
    return pending.stream()
        .map(
            future -> future.syncUninterruptibly().channel().pipeline().get(ClientConnection.class))
        .toList();
  }

  private static final class Codec extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              new HttpResponseDecoder(new HttpDecoderConfig().setValidateHeaders(false)),
              new ClientConnection(channel));
    }
  }
}
