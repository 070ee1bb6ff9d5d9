package dev.tollgate.gateway.signature.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.BodyMemory;
import dev.tollgate.gateway.inspection.RequestBody;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.RouteSettings;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;

/** Reads the body of a signed request whole, hashing it as it comes, within bounds. */
final class BodyHolder {

  private final DataSize maxHeld;
  private final BodyMemory memory;

  BodyHolder(DataSize maxHeld, BodyMemory memory) {
    this.maxHeld = maxHeld;
    this.memory = memory;
  }

  /** A share for one request, to be closed after it; closes before that with its body. */
  BodyMemory.Share open(GatewayExchange exchange) {
    return memory.open(exchange.get(Caller.KEY).organizationId());
  }

  /** One that is longer than it may be fails with a rejection. */
  Mono<HeldBody> read(GatewayExchange exchange, BodyMemory.Share share) {
    MessageDigest digest = sha256();
    if (!RequestBody.isAnnounced(exchange.requestHeaders())) {
      return Mono.just(new HeldBody(new WholeBody(Unpooled.EMPTY_BUFFER), digest.digest()));
    }
    DataSize limit = memory.bounded(limit(exchange));
    if (exchange.requestHeaders().getContentLength() > limit.toBytes()) {
      return Mono.error(tooLarge(limit).asException());
    }
    return DataBufferUtils.join(
            exchange
                .request()
                .getBody()
                .doOnNext(share::take)
                .doOnNext(chunk -> update(digest, chunk)),
            Math.toIntExact(limit.toBytes()))
        .onErrorMap(DataBufferLimitException.class, e -> tooLarge(limit).asException())
        .map(NettyDataBufferFactory::toByteBuf)
        .defaultIfEmpty(Unpooled.EMPTY_BUFFER)
        .map(bytes -> new HeldBody(new WholeBody(bytes, share::close), digest.digest()));
  }

  private DataSize limit(GatewayExchange exchange) {
    RouteSettings settings = RouteSettings.of(exchange);
    if (isJson(exchange.requestHeaders().getFirst(HttpHeaders.CONTENT_TYPE))) {
      return settings.maxBody();
    }
    return settings.maxStreamedBody().compareTo(maxHeld) < 0 ? settings.maxStreamedBody() : maxHeld;
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null && contentType.toLowerCase(Locale.ROOT).contains("json");
  }

  private static void update(MessageDigest digest, DataBuffer chunk) {
    try (DataBuffer.ByteBufferIterator parts = chunk.readableByteBuffers()) {
      while (parts.hasNext()) {
        ByteBuffer part = parts.next();
        digest.update(part);
      }
    }
  }

  private static Rejection tooLarge(DataSize limit) {
    return Rejection.of(
        ErrorCode.REQUEST_TOO_LARGE,
        "A signed request's body must not be longer than %d bytes.".formatted(limit.toBytes()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
