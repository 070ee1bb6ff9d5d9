package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Holds the beginning of a form back until its gate is ready, then goes on with the whole form,
 * beginning included.
 */
final class MultipartReading {

  private final MultipartGate gate;

  MultipartReading(MultipartGate gate) {
    this.gate = gate;
  }

  /**
   * Reads {@code body} up to where its model is known, and hands on what is left to be sent.
   *
   * @param body its buffers belong to the subscriber
   * @param proceed the rest of the request's way; may leave the form unread
   */
  Mono<Void> read(
      Flux<ByteBuf> body, BiFunction<Flux<ByteBuf>, @Nullable LateModel, Mono<Void>> proceed) {
    return Mono.defer(() -> {
      HeldForm form = new HeldForm(gate);
      return form.hold(body)
          .then(Mono.defer(() -> proceed.apply(form.bytes(), gate.release())))
          .doFinally(signal -> form.cancel());
    });
  }
}
