package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.Features;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * What a request asks for, as far as the gateway must know.
 *
 * @param model as requested, in path or body; null where the request names none, or has not yet
 * @param modelSpan where a JSON body names the model, also where it only repeats the path's
 * @param stream whether the answer is asked for as a stream
 * @param body what will be sent
 * @param usageOption how to ask an OpenAI stream for its usage; null where the client did itself,
 *     or where it makes no sense
 * @param features capabilities that the body uses, or, where it is not read, may use
 * @param otherModels that the body names beside {@code model}; each is judged as that is
 * @param extent how long it and its answer may be
 */
public record RequestContent(
    @Nullable String model,
    @Nullable ModelSpan modelSpan,
    boolean stream,
    Body body,
    @Nullable BodyEdit usageOption,
    Features features,
    List<String> otherModels,
    Extent extent) {

  /** Of a request whose body is not read. */
  public RequestContent(
      @Nullable String model,
      @Nullable ModelSpan modelSpan,
      boolean stream,
      Body body,
      @Nullable BodyEdit usageOption,
      Features features,
      List<String> otherModels) {
    this(model, modelSpan, stream, body, usageOption, features, otherModels, Extent.UNSEEN);
  }

  /** Whatever a body that is not read may hold. */
  static final Features UNSEEN =
      Features.of(
          Feature.FUNCTION_CALLING,
          Feature.VISION,
          Feature.STRUCTURED_OUTPUTS,
          Feature.STREAMING,
          Feature.WEB_SEARCH,
          Feature.PROMPT_CACHING,
          Feature.MESSAGE_TRANSFORMS);

  /** Set by the request inspection stage. */
  public static final StateKey<RequestContent> KEY = StateKey.named("request content");

  /**
   * The model as requested, as soon as it is known: of a form it may come while the form passes.
   */
  @Override
  public @Nullable String model() {
    LateModel late = lateModel();
    return late == null ? model : late.model();
  }

  /** The same request with its body in another wrapping. */
  public RequestContent withBody(Body other) {
    return new RequestContent(
        model, modelSpan, stream, other, usageOption, features, otherModels, extent);
  }

  /** What a model that is still to come is judged by; null if none can come. */
  public @Nullable LateModel lateModel() {
    return body instanceof Body.Passing passing ? passing.lateModel() : null;
  }

  /** The body of a request. */
  public sealed interface Body {

    /** There is none. */
    record None() implements Body {}

    /**
     * It was read whole and inspected.
     *
     * @param held by the inspection stage until the end of the request, which may come on another
     *     thread at any moment: it is only read {@linkplain WholeBody#read from within}
     */
    record Whole(WholeBody held) implements Body {}

    /**
     * It is passed on as it comes; it can be sent once.
     *
     * @param bytes its buffers belong to the subscriber; fails where it must not be sent to its end
     * @param lateModel where the model may be named in what is still to come
     * @param lateStream where the stream may be asked for in what is still to come
     * @param choices how many answers a form asks for; null: it is none
     */
    record Passing(
        Flux<ByteBuf> bytes,
        @Nullable LateModel lateModel,
        @Nullable LateStream lateStream,
        @Nullable FormChoices choices)
        implements Body {

      /** What is no form. */
      public Passing(
          Flux<ByteBuf> bytes, @Nullable LateModel lateModel, @Nullable LateStream lateStream) {
        this(bytes, lateModel, lateStream, null);
      }

      /** The same, shown to {@code observer} as it passes. */
      public Passing seenBy(Consumer<ByteBuf> observer) {
        return new Passing(bytes.doOnNext(observer), lateModel, lateStream, choices);
      }
    }
  }
}
