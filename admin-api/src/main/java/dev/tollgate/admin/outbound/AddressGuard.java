package dev.tollgate.admin.outbound;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Predicate;

/**
 * Refuses a connection to an address that is not permitted, at the moment it is made: after the
 * name was resolved and for each of its addresses, so that a name that resolves differently the
 * second time (DNS rebinding) leads nowhere else.
 */
final class AddressGuard extends ChannelOutboundHandlerAdapter {

  private final Predicate<InetAddress> permitted;

  AddressGuard(Predicate<InetAddress> permitted) {
    this.permitted = permitted;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // it is the promise that the caller holds
  public void connect(
      ChannelHandlerContext context,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    if (isPermitted(remote)) {
      context.connect(remote, local, promise);
    } else {
      promise.setFailure(new AddressRefused());
    }
  }

  private boolean isPermitted(SocketAddress remote) {
    return remote instanceof InetSocketAddress inet
        && inet.getAddress() != null
        && permitted.test(inet.getAddress());
  }
}
