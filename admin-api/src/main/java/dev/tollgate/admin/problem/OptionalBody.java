package dev.tollgate.admin.problem;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the body of a call that needs none: nothing at all is as an empty object, whatever the
 * content type says. What is there is read as strictly as elsewhere.
 */
@Component
public class OptionalBody {
  private final JsonBodies bodies;
  private final int maxBytes;

  OptionalBody(JsonBodies bodies, BodyProperties properties) {
    this.bodies = bodies;
    this.maxBytes = Math.toIntExact(properties.maxSize().toBytes());
  }

  /** The body; fails with {@link ProblemException} 400 if it is not a JSON object. */
  public Mono<ObjectNode> of(ServerHttpRequest request) {
    return DataBufferUtils.join(request.getBody(), maxBytes)
        .map(OptionalBody::bytes)
        .filter(body -> body.length > 0)
        .map(body -> bodies.read(body, ObjectNode.class))
        .switchIfEmpty(Mono.fromSupplier(JsonNodeFactory.instance::objectNode));
  }

  /** Completes if there is no body, or an object without members; fails with 400 else. */
  public Mono<Void> refuse(ServerHttpRequest request) {
    return of(request).doOnNext(OptionalBody::refuseMembers).then();
  }

  private static void refuseMembers(ObjectNode body) {
    body.propertyNames()
        .forEach(name -> {
          throw ProblemException.badRequest(
              "/" + name.replace("~", "~0").replace("/", "~1"),
              "unknown_field",
              "is not a field of this document");
        });
  }

  private static byte[] bytes(DataBuffer buffer) {
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    return bytes;
  }
}
