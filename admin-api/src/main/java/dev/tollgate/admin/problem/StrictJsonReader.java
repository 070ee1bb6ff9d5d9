package dev.tollgate.admin.problem;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.HttpMessageReader;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads JSON bodies of our own types and of {@code ObjectNode}. Not Spring's decoder, which logs
 * what it decoded at DEBUG: here that may be a provider's key.
 */
final class StrictJsonReader implements HttpMessageReader<Object> {

  private final JsonBodies bodies;
  private final int maxBytes;

  StrictJsonReader(JsonBodies bodies, int maxBytes) {
    this.bodies = bodies;
    this.maxBytes = maxBytes;
  }

  @Override
  public List<MediaType> getReadableMediaTypes() {
    return List.of(MediaType.APPLICATION_JSON, new MediaType("application", "merge-patch+json"));
  }

  @Override
  public boolean canRead(ResolvableType type, @Nullable MediaType mediaType) {
    return mediaType == null
        || getReadableMediaTypes().stream().anyMatch(ours -> ours.isCompatibleWith(mediaType));
  }

  @Override
  public Mono<Object> readMono(
      ResolvableType type, ReactiveHttpInputMessage message, Map<String, Object> hints) {
    return DataBufferUtils.join(message.getBody(), maxBytes)
        .map(StrictJsonReader::bytes)
        .defaultIfEmpty(new byte[0])
        .map(body -> bodies.read(body, type.toClass()));
  }

  @Override
  public Flux<Object> read(
      ResolvableType type, ReactiveHttpInputMessage message, Map<String, Object> hints) {
    return readMono(type, message, hints).flux();
  }

  private static byte[] bytes(DataBuffer buffer) {
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }
}
