package dev.tollgate.gateway.network;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.http.client.HttpClient;

/**
 * Refuses connections to addresses that the policy does not permit, at the moment they are made:
 * after every name resolution, for literal addresses and for each address of a host that has
 * several. A name that resolves differently the second time (DNS rebinding) is therefore covered.
 * Behind a proxy it is the proxy's address that is judged: the proxy connects to the host.
 */
@Sharable
public final class OutboundAddressGuard extends ChannelOutboundHandlerAdapter {

  private static final String NAME = "tollgate.outboundAddressGuard";

  private static final Logger log = LoggerFactory.getLogger(OutboundAddressGuard.class);
  private static final int REMEMBERED_HOSTS = 10_000;

  private final OutboundAddressPolicy policy;
  private final Cache<String, Boolean> loggedHosts =
      Caffeine.newBuilder().maximumSize(REMEMBERED_HOSTS).build();

  public OutboundAddressGuard(OutboundAddressPolicy policy) {
    this.policy = policy;
  }

  /** The client with this guard in front of every connection that it opens. */
  public HttpClient install(HttpClient client) {
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
      OutboundAddressRefused refused = new OutboundAddressRefused(remote);
      logOnce(remote, refused);
      promise.setFailure(refused);
    }
  }

  /** Once for a host: what is refused is tried again with every request. */
  private void logOnce(SocketAddress remote, OutboundAddressRefused refused) {
    String host = remote instanceof InetSocketAddress inet ? inet.getHostString() : "";
    if (loggedHosts.asMap().putIfAbsent(host, true) == null) {
      log.warn("{}", refused.getMessage());
    }
  }

  private boolean isPermitted(SocketAddress remote) {
    return remote instanceof InetSocketAddress inet
        && inet.getAddress() != null
        && policy.permits(inet.getAddress());
  }
}
