package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.StateKey;
import io.netty.buffer.ByteBuf;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;

/** The body of a request as it came: from the connection, or as a stage before has read it. */
public final class RequestBody {

  private static final StateKey<WholeBody> HELD = StateKey.named("held body");

  private RequestBody() {}

  /** Whether the head says that one comes. */
  public static boolean isAnnounced(HttpHeaders headers) {
    return BodyKind.hasBody(headers);
  }

  /** Leaves a body that was read whole; it stays its holder's, to be left after the request. */
  public static void hold(GatewayExchange exchange, WholeBody whole) {
    exchange.put(HELD, whole);
  }

  /** Whether a stage before has read it, and so has its share of the memory of bodies. */
  static boolean isHeld(GatewayExchange exchange) {
    return exchange.find(HELD) != null;
  }

  static Flux<DataBuffer> of(GatewayExchange exchange) {
    WholeBody held = exchange.find(HELD);
    if (held == null) {
      return exchange.request().getBody();
    }
    NettyDataBufferFactory buffers = (NettyDataBufferFactory) exchange.response().bufferFactory();
    return Flux.defer(() -> held.read(bytes -> taken(bytes, buffers)));
  }

  /** A part of its own, which stays when the holder has left. */
  private static Flux<DataBuffer> taken(ByteBuf whole, NettyDataBufferFactory buffers) {
    return whole.isReadable() ? Flux.just(buffers.wrap(whole.retainedSlice())) : Flux.empty();
  }
}
