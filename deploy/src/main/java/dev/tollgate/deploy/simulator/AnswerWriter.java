package dev.tollgate.deploy.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpServerCodec;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerResponse;

/** Puts an answer on the wire, one flush per frame, and ends it as its delivery says. */
final class AnswerWriter {

  private final TokenLedger ledger;

  AnswerWriter(TokenLedger ledger) {
    this.ledger = ledger;
  }

  Mono<Void> write(Answer answer, HttpServerResponse response, Channel channel) {
    ledger.read(answer.inputTokens());
    if (answer.delivery().stallBeforeHead()) {
      return Mono.never();
    }
    if (answer.delivery().raw()) {
      return writeRaw(answer, channel);
    }
    response.status(answer.status());
    answer.headers().forEach(header -> response.addHeader(header.name(), header.value()));
    Mono<Void> body = Mono.from(response.send(frames(answer), buffer -> true));
    return answer.delivery().ending() == Ending.COMPLETE
        ? body
        : Mono.from(response.sendHeaders().send(frames(answer), buffer -> true))
            .then(end(answer.delivery().ending(), channel));
  }

  private Flux<ByteBuf> frames(Answer answer) {
    Flux<Frame> generated = paced(answer).doOnNext(frame -> ledger.generated(frame.outputTokens()));
    Flux<Frame> sent =
        answer.delivery().ignoreCancel() ? generatedRegardless(generated) : generated;
    return sent.map(frame -> Unpooled.wrappedBuffer(frame.bytes()));
  }

  private static Flux<Frame> paced(Answer answer) {
    Flux<Frame> frames = Flux.fromIterable(answer.frames());
    Duration pause = answer.delivery().betweenFrames();
    return pause.isZero() ? frames : frames.delayElements(pause);
  }

  /** The sink takes what nobody listens to any more, and the source goes on. */
  private static Flux<Frame> generatedRegardless(Flux<Frame> generated) {
    return Flux.defer(() -> {
      Sinks.Many<Frame> sink = Sinks.many().unicast().onBackpressureBuffer();
      generated.subscribe(sink::tryEmitNext, sink::tryEmitError, sink::tryEmitComplete);
      return sink.asFlux();
    });
  }

  private static Mono<Void> writeRaw(Answer answer, Channel channel) {
    ByteBuf bytes = Unpooled.wrappedBuffer(answer.body());
    return FutureMono.deferFuture(
            () -> channel.pipeline().context(HttpServerCodec.class).writeAndFlush(bytes))
        .then(end(answer.delivery().ending(), channel));
  }

  private static Mono<Void> end(Ending ending, Channel channel) {
    return switch (ending) {
      case COMPLETE -> Mono.empty();
      case STALL -> Mono.never();
      case ABORT -> FutureMono.deferFuture(channel::close).then(Mono.never());
      case RESET -> FutureMono.deferFuture(() -> reset(channel)).then(Mono.never());
    };
  }

  /** Closing with a linger time of zero sends RST instead of FIN. */
  private static ChannelFuture reset(Channel channel) {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    return channel.close();
  }
}
