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

  private static final StateKey<ByteBuf> HELD = StateKey.named("held body");

  private RequestBody() {}

  /** Whether the head says that one comes. */
  public static boolean isAnnounced(HttpHeaders headers) {
    return BodyKind.hasBody(headers);
  }

  /** Leaves a body that was read whole; it stays its holder's, to be released after the request. */
  public static void hold(GatewayExchange exchange, ByteBuf whole) {
    exchange.put(HELD, whole);
  }

  static Flux<DataBuffer> of(GatewayExchange exchange) {
    ByteBuf held = exchange.find(HELD);
    if (held == null) {
      return exchange.request().getBody();
    }
    NettyDataBufferFactory buffers = (NettyDataBufferFactory) exchange.response().bufferFactory();
    return Flux.defer(
        () -> held.isReadable() ? Flux.just(buffers.wrap(held.retainedSlice())) : Flux.empty());
  }
}
