package dev.tollgate.gateway.tokens;

import static dev.tollgate.gateway.pipeline.Operation.COMPLETIONS;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.tokens.PromptReader.Asked;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Reads bodies without the shell around. */
final class Bodies {

  static final Encodings ENCODINGS = new Encodings();
  private static final long LONG = 60_000_000_000L;

  private Bodies() {}

  static TokenEstimate chat(@Nullable String model, String json) {
    return read(model, Protocol.OPENAI, Operation.CHAT_COMPLETION, json);
  }

  static TokenEstimate read(
      @Nullable String model, Protocol protocol, Operation operation, String json) {
    return read(model, protocol, operation, json.getBytes(UTF_8));
  }

  static TokenEstimate read(
      @Nullable String model, Protocol protocol, Operation operation, byte[] json) {
    return read(model, endpoint(protocol, operation), json);
  }

  /** Where most requests of this protocol go. */
  static Endpoint endpoint(Protocol protocol, Operation operation) {
    String path =
        switch (protocol) {
          case OPENAI -> operation == COMPLETIONS ? "/v1/completions" : "/v1/chat/completions";
          case ANTHROPIC -> "/v1/messages";
          case GEMINI -> "/v1beta/models/m:generateContent";
          case PASS_THROUGH -> "/service/somewhere";
        };
    return Endpoint.of(protocol, operation, path);
  }

  static TokenEstimate read(@Nullable String model, Endpoint endpoint, byte[] json) {
    TextEncoding encoding = TextEncoding.of(model);
    TextSink texts = encoding == null ? new TextEstimate() : counted(encoding);
    Asked asked = new Asked(model, encoding, endpoint);
    return new PromptReader(new JsonBody(Unpooled.wrappedBuffer(json)), texts, asked).read();
  }

  static CountedText counted(TextEncoding encoding) {
    return new CountedText(ENCODINGS.load(encoding)::countTokensOrdinary, System::nanoTime, LONG);
  }
}
