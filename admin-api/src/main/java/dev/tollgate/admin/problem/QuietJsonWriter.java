package dev.tollgate.admin.problem;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.codec.HttpMessageWriter;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes our own types as JSON, without Spring's logging of what it writes: a new key is shown
 * once.
 */
final class QuietJsonWriter implements HttpMessageWriter<Object> {

  private static final String OURS = "dev.tollgate.";

  private final JsonMapper mapper;

  QuietJsonWriter(JsonMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public List<MediaType> getWritableMediaTypes() {
    return List.of(MediaType.APPLICATION_JSON);
  }

  @Override
  public boolean canWrite(ResolvableType type, @Nullable MediaType mediaType) {
    Class<?> raw = type.toClass();
    boolean ours =
        raw.getName().startsWith(OURS)
            || JsonNode.class.isAssignableFrom(raw)
            || raw == Object.class;
    return ours && (mediaType == null || MediaType.APPLICATION_JSON.isCompatibleWith(mediaType));
  }

  @Override
  public Mono<Void> write(
      Publisher<?> values,
      ResolvableType type,
      @Nullable MediaType mediaType,
      ReactiveHttpOutputMessage message,
      Map<String, Object> hints) {
    return Mono.from(values).flatMap(value -> write(value, message));
  }

  private Mono<Void> write(Object value, ReactiveHttpOutputMessage message) {
    byte[] body = mapper.writeValueAsBytes(value);
    message.getHeaders().setContentType(MediaType.APPLICATION_JSON);
    message.getHeaders().setContentLength(body.length);
    return message.writeWith(Mono.just(message.bufferFactory().wrap(body)));
  }
}
