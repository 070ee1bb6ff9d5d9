package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets whose senders share one event loop; what is received is told in its order. */
class TurnFlushTest {

  private static final String CLOSED = "closed";

  /** As the gateway has it where it is there: it hears of a half-closed connection at once. */
  private static final boolean EPOLL = Epoll.isAvailable();

  private final EventLoopGroup senders = oneLoop();
  private final EventLoopGroup receivers = oneLoop();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private Channel server;

  private static EventLoopGroup oneLoop() {
    return new MultiThreadIoEventLoopGroup(
        1, EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  @BeforeEach
  void listen() throws InterruptedException {
    server =
        new ServerBootstrap()
            .group(receivers)
            .channel(EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .childHandler(new Receiver())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
  }

  @AfterEach
  void stop() throws InterruptedException {
    senders.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    receivers.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
  }

  @Test
  void sendsWhatWasFlushedAtTheEndOfTheTurn() throws Exception {
    Channel channel = connected();

    List<ChannelFuture> sent =
        inLoop(() -> {
          ChannelFuture one = channel.writeAndFlush(text("one "));
          ChannelFuture two = channel.writeAndFlush(text("two"));
          assertThat(List.of(one, two)).noneMatch(ChannelFuture::isDone);
          return List.of(one, two);
        });

    for (ChannelFuture future : sent) {
      assertThat(future.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(future.isSuccess()).isTrue();
    }
    assertThat(next()).isEqualTo("one two");
  }

  @Test
  void holdsBackSixteenConnectionsAtMost() throws Exception {
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      channels.add(connected());
    }

    List<Boolean> sentWithinTheTurn =
        inLoop(() -> {
          List<ChannelFuture> sent = new ArrayList<>();
          for (Channel channel : channels) {
            sent.add(channel.writeAndFlush(text("x")));
          }
          return sent.stream().map(ChannelFuture::isDone).toList();
        });

    assertThat(sentWithinTheTurn.subList(0, 16)).containsOnly(true);
    assertThat(sentWithinTheTurn.get(16)).isFalse();
    for (int i = 0; i < 17; i++) {
      assertThat(next()).isEqualTo("x");
    }
  }

  @Test
  void sendsWhatWaitsBeforeAConnectionIsClosed() throws Exception {
    Channel channel = connected();

    inLoop(() -> {
      var _ = channel.writeAndFlush(text("last words"));
      return channel.close();
    });

    assertThat(next()).isEqualTo("last words");
    assertThat(next()).isEqualTo(CLOSED);
  }

  @Test
  void sendsWhatAListenerOfTheSameTurnAdds() throws Exception {
    Channel channel = connected();

    inLoop(() -> {
      ChannelFuture first = channel.writeAndFlush(text("first"));
      return first.addListener(done -> {
        var _ = channel.writeAndFlush(text("second"));
      });
    });

    StringBuilder all = new StringBuilder(next());
    while (!all.toString().endsWith("second")) {
      all.append(next());
    }
    assertThat(all).hasToString("firstsecond");
  }

  @Test
  void forgetsNobodyWhoIsAddedWhileOthersLeave() throws Exception {
    List<Channel> channels = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      channels.add(connected());
    }

    inLoop(() -> {
      ChannelFuture first = channels.getFirst().writeAndFlush(text("x"));
      for (Channel channel : channels.subList(1, 15)) {
        var _ = channel.writeAndFlush(text("x"));
      }
      return first.addListener(done -> {
        var _ = channels.get(15).writeAndFlush(text("x"));
        var _ = channels.get(16).writeAndFlush(text("x"));
      });
    });

    for (int i = 0; i < 17; i++) {
      assertThat(next()).isEqualTo("x");
    }
  }

  @Test
  void answersAClientThatHasSaidAllBeforeItsConnectionIsClosed() throws Exception {
    CountDownLatch said = new CountDownLatch(1);
    server
        .eventLoop()
        .execute(() -> {
          try {
            assertThat(said.await(10, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (Socket client = new Socket()) {
      client.connect(server.localAddress());
      client.getOutputStream().write("?".getBytes(StandardCharsets.UTF_8));
      client.shutdownOutput();
      said.countDown();
      client.setSoTimeout(10_000);
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("answer");
    }
  }

  @Test
  void sendsAtOnceWhereThereIsNoEventLoopOfTurns() {
    EmbeddedChannel channel = new EmbeddedChannel();
    TurnFlush.install(channel.pipeline());

    assertThat(channel.writeAndFlush("now").isDone()).isTrue();
    assertThat((String) channel.readOutbound()).isEqualTo("now");
  }

  private Channel connected() throws InterruptedException {
    return new Bootstrap()
        .group(senders)
        .channel(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                TurnFlush.install(channel.pipeline());
              }
            })
        .connect((InetSocketAddress) server.localAddress())
        .sync()
        .channel();
  }

  private <T> T inLoop(Callable<T> task) throws Exception {
    return senders.submit(task).get(10, TimeUnit.SECONDS);
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private String next() throws InterruptedException {
    String next = received.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private final class Receiver extends ChannelInboundHandlerAdapter {

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      TurnFlush.install(ctx.pipeline());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      String said = ((ByteBuf) message).toString(StandardCharsets.UTF_8);
      ReferenceCountUtil.release(message);
      received.add(said);
      if (said.equals("?")) {
        var _ = ctx.writeAndFlush(text("answer"));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      received.add(CLOSED);
    }
  }
}
