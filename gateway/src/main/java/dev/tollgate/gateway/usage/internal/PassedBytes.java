package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How much of a request's body has been passed on. */
final class PassedBytes implements Consumer<ByteBuf> {

  private final AtomicLong bytes = new AtomicLong();

  private PassedBytes() {}

  /** Of a body that is passed on without its length known; null: it is another. */
  static @Nullable PassedBytes ofUnannounced(GatewayExchange exchange) {
    RequestContent content = exchange.get(RequestContent.KEY);
    if (exchange.requestHeaders().getContentLength() >= 0
        || !(content.body() instanceof Body.Passing body)) {
      return null;
    }
    PassedBytes passed = new PassedBytes();
    exchange.put(RequestContent.KEY, content.withBody(body.seenBy(passed)));
    return passed;
  }

  @Override
  public void accept(ByteBuf piece) {
    bytes.addAndGet(piece.readableBytes());
  }

  long bytes() {
    return bytes.get();
  }
}
