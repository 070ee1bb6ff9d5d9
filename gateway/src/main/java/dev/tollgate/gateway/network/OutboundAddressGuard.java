package dev.tollgate.gateway.network;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import reactor.netty.http.client.HttpClient;

/**
 * Refuses connections to addresses that the policy does not permit, at the moment they are made:
 * after every name resolution, for literal addresses and for each address of a host that has
 * several. A name that resolves differently the second time (DNS rebinding) is therefore covered.
 */
@Sharable
public final class OutboundAddressGuard extends ChannelOutboundHandlerAdapter {

  private static final String NAME = "tollgate.outboundAddressGuard";

  private final OutboundAddressPolicy policy;

  public OutboundAddressGuard(OutboundAddressPolicy policy) {
    this.policy = policy;
  }

  /** The client with this guard in front of every connection that it opens. */
  public HttpClient applyTo(HttpClient client) {
    // first in the pipeline is last on the way out: nothing behind it changes the address any more
    return client.doOnChannelInit(
        (observer, channel, address) -> channel.pipeline().addFirst(NAME, this));
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // it is the promise that the caller holds
  public void connect(
      ChannelHandlerContext ctx,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise) {
    if (isPermitted(remote)) {
      ctx.connect(remote, local, promise);
    } else {
      promise.setFailure(new OutboundAddressRefused(remote));
    }
  }

  private boolean isPermitted(SocketAddress remote) {
    return remote instanceof InetSocketAddress inet
        && inet.getAddress() != null
        && policy.permits(inet.getAddress());
  }
}
