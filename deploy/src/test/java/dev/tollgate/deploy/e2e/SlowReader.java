package dev.tollgate.deploy.e2e;

import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that takes the beginning of its answer, and then nothing more. */
final class SlowReader extends SimpleChannelInboundHandler<ByteBuf> {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int RECEIVE_BYTES = 4096;

  /**
   * As on a network, not as on loopback with its 64 KB: after these the kernel sizes what it keeps
   * for a reader, which else is some 3 MB that the gateway must write before it has to wait.
   */
  private static final int SEGMENT_BYTES = 1024;

  /** TCP_MAXSEG of linux/tcp.h. */
  private static final ChannelOption<Integer> SEGMENT =
      new IntegerUnixChannelOption("TCP_MAXSEG", 6, 2);

  private final AtomicInteger received = new AtomicInteger();
  private final Channel channel;

  private SlowReader(Bootstrap client, URI server, byte[] request) {
    channel =
        client
            .clone()
            .handler(this)
            .connect(new InetSocketAddress(server.getHost(), server.getPort()))
            .syncUninterruptibly()
            .channel();
    var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(request));
  }

  /** Their one thread. */
  static final class Clients implements AutoCloseable {

    private final EventLoopGroup thread =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    private final Bootstrap client =
        new Bootstrap()
            .group(thread)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(512).maxMessagesPerRead(1))
            .option(ChannelOption.SO_RCVBUF, RECEIVE_BYTES)
            .option(SEGMENT, SEGMENT_BYTES);

    /** Sends a request and reads nothing yet. */
    SlowReader open(URI server, byte[] request) {
      return new SlowReader(client, server, request);
    }

    @Override
    public void close() {
      thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
    received.addAndGet(bytes.readableBytes());
  }

  /** Reads so many, or a little more. */
  void awaitBytes(int count) {
    channel.read();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          if (received.get() < count) {
            channel.read();
          }
          return received.get() >= count;
        });
  }

  void leave() {
    channel.close().syncUninterruptibly();
  }
}
