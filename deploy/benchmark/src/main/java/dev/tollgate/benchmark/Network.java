package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.upstream.Upstream;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ResourceLeakDetector;
import java.util.concurrent.TimeUnit;

/** The event loops of the load and of the upstream, apart from each other. */
final class Network implements AutoCloseable {

  private static final boolean EPOLL = Epoll.isAvailable();

  private final int threads;
  private final EventLoopGroup upstreamLoops;
  private final EventLoopGroup loadLoops;

  /**
   * Makes the loops.
   *
   * @param threads of each of the two
   */
  Network(int threads) {
    // requests are made once, cannot be released, and are nobody's when their load is over
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    this.threads = threads;
    this.upstreamLoops = new MultiThreadIoEventLoopGroup(threads, handlers());
    this.loadLoops = new MultiThreadIoEventLoopGroup(threads, handlers());
  }

  Upstream upstream() {
    return Upstream.start(upstreamLoops, serverChannel());
  }

  LoadGenerator generator() {
    return new LoadGenerator(loadLoops, clientChannel(), threads);
  }

  private static IoHandlerFactory handlers() {
    return EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  private static Class<? extends ServerChannel> serverChannel() {
    return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  private static Class<? extends SocketChannel> clientChannel() {
    return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  @Override
  public void close() {
    loadLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    upstreamLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
