package dev.tollgate.gateway.network.internal;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that the client can read the answer although it has not finished its
 * request (RFC 9112, 9.6): a close with unread bytes is a reset, which may destroy the answer on
 * its way. So only the sending side ends at once; what still comes in is read and dropped for a
 * moment.
 */
final class LingeringClose {

  private static final long LINGER_MILLIS = 1_000;

  private LingeringClose() {}

  /**
   * To be called when the answer has been written; the pipeline must drop what is read from now on.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // closing has no failure that anybody could mend
  static void close(Channel channel) {
    if (channel instanceof DuplexChannel duplex
        && channel.pipeline().get(SslHandler.class) == null) {
      duplex.shutdownOutput();
      channel.config().setAutoRead(true);
      channel.read();
      channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      channel.close();
    }
  }
}
