package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.inspection.RequestContent.Body;
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

  /**
   * Leaves a body that was read whole; it stays its holder's, whose request is done with it in the
   * end.
   */
  public static void hold(GatewayExchange exchange, WholeBody whole) {
    exchange.put(HELD, whole);
  }

  /**
   * It will not be sent again: what was read whole of it leaves memory, unless somebody else is in
   * it. An answer may take an hour, and the longest prompts have the longest answers.
   */
  public static void sent(GatewayExchange exchange) {
    if (exchange.get(RequestContent.KEY).body() instanceof Body.Whole(WholeBody whole)) {
      whole.done();
    } else {
      read(exchange);
    }
  }

  /** Nobody will read it again; it leaves memory where a stage before has read it. */
  static void read(GatewayExchange exchange) {
    WholeBody held = exchange.find(HELD);
    if (held != null) {
      held.done();
    }
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
