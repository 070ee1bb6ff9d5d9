package dev.tollgate.gateway.tokens;

import com.knuddels.jtokkit.api.Encoding;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.inspection.FormChoices;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.tokens.PromptReader.Asked;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Counts what a request brings, before it is sent. A walk of its own over the body, and not a part
 * of its inspection: which limits stand over a request is known only with its model, which may be
 * the last thing that the body says, and where none counts tokens nothing is to be paid. The walk
 * is a small part of what the counting costs.
 */
public final class InputTokens {

  private static final int ESTIMATES_FASTER = 8;

  private static final Rejection BUSY =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "Too many long request bodies wait to be counted. Ask again.",
          Duration.ofSeconds(1));

  private final Encodings encodings = new Encodings();
  private final TextCounts counts = new TextCounts();
  private final TokensProperties properties;
  private final Scheduler offLoop;

  /**
   * @param offLoop where long bodies are counted and encodings loaded; bounded in threads and queue
   */
  public InputTokens(TokensProperties properties, Scheduler offLoop) {
    this.properties = properties;
    this.offLoop = offLoop;
  }

  /**
   * One estimate; at once where the body is short and the encoding is there, else from another
   * thread. Fails with a rejection where too many wait.
   *
   * @param content as inspected; of a body that passes only its length is known
   * @param endpoint where the body goes
   * @param contentLength as announced; negative if it was not
   * @param owner whose the request is: what was counted for one is not remembered for another
   */
  public Mono<TokenEstimate> of(
      RequestContent content, Endpoint endpoint, long contentLength, String owner) {
    return switch (content.body()) {
      case Body.None none -> Mono.just(TokenEstimate.NOTHING);
      case Body.Passing passing -> Mono.just(ofPassing(passing, endpoint, contentLength));
      case Body.Whole(WholeBody body) -> ofWhole(body, asked(content, endpoint), owner);
    };
  }

  /**
   * The most that a request can use, at once and without a count: for what no limit asks for. What
   * is as {@link #of}.
   */
  public static TokenEstimate bound(RequestContent content, Endpoint endpoint, long contentLength) {
    return switch (content.body()) {
      case Body.None none -> TokenEstimate.NOTHING;
      case Body.Passing passing -> ofPassing(passing, endpoint, contentLength);
      case Body.Whole(WholeBody body) ->
          new Bound(content, endpoint).of(body.bytes().readableBytes());
    };
  }

  /**
   * Counts the answer as it passes: really where it is streamed and its model's encoding is known
   * and there, else by an estimate that errs high. Never waits.
   */
  public OutputTokens ofAnswer(RequestContent content) {
    TextEncoding wanted = content.stream() ? TextEncoding.of(content.model()) : null;
    Encoding encoding = wanted == null ? null : encodings.find(wanted);
    return encoding == null ? new OutputTokens() : new OutputTokens(encoding::countTokensOrdinary);
  }

  private static Asked asked(RequestContent content, Endpoint endpoint) {
    String model = content.model();
    return new Asked(model, TextEncoding.of(model), endpoint);
  }

  /**
   * A form or a foreign format. What is uploaded is no prompt; sound has at least 750 bytes a
   * second and 10 tokens, beside a short prompt; of pictures to be edited OpenAI takes 16, none
   * above 7,000 tokens; of anything else no byte is more than a token.
   */
  private static TokenEstimate ofPassing(Body.Passing body, Endpoint endpoint, long length) {
    Operation operation = endpoint.operation();
    long bytes = Math.max(0, length);
    long input =
        switch (operation) {
          case FILES, BATCHES -> 0;
          case AUDIO -> Math.min(bytes, bytes / 75 + 2_000);
          case IMAGES -> Math.min(bytes, 16 * 7_000 + 32_000);
          default -> bytes;
        };
    FormChoices choices = body.choices();
    boolean upload = operation == Operation.FILES || operation == Operation.BATCHES;
    return new TokenEstimate(
        input,
        false,
        length < 0 && !upload,
        upload ? 0L : null,
        choices == null ? 1 : choices.asked());
  }

  private Mono<TokenEstimate> ofWhole(WholeBody body, Asked asked, String owner) {
    TextEncoding wanted = asked.encoding();
    Encoding encoding = wanted == null ? null : encodings.find(wanted);
    if (staysOnLoop(body.bytes().readableBytes(), wanted == null)
        && (wanted == null || encoding != null)) {
      return Mono.fromSupplier(() ->
          body.read(
              bytes -> read(bytes, asked, text(encoding, owner, properties.longestOnLoop()))));
    }
    return Mono.fromSupplier(() -> body.read(bytes -> readOffLoop(bytes, asked, owner)))
        .subscribeOn(offLoop)
        .onErrorMap(RejectedExecutionException.class, full -> BUSY.asException());
  }

  private boolean staysOnLoop(long length, boolean estimated) {
    long most = properties.offLoopAbove().toBytes();
    return length <= (estimated ? most * ESTIMATES_FASTER : most);
  }

  private TokenEstimate readOffLoop(ByteBuf body, Asked asked, String owner) {
    TextEncoding wanted = asked.encoding();
    Encoding encoding = wanted == null ? null : encodings.load(wanted);
    return read(body, asked, text(encoding, owner, properties.longestOffLoop()));
  }

  private TextSink text(@Nullable Encoding encoding, String owner, Duration longest) {
    return encoding == null
        ? new TextEstimate()
        : new CountedText(counts.of(owner, encoding), System::nanoTime, longest.toNanos());
  }

  private static TokenEstimate read(ByteBuf body, Asked asked, TextSink texts) {
    return new PromptReader(new JsonBody(body), texts, asked).read();
  }
}
