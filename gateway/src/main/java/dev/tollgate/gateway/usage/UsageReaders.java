package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.tokens.OutputTokens;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Chooses the reader that fits an answer. */
public final class UsageReaders {

  /** Reads nothing: sound, images, files, encodings that are not read. */
  private static final UsageReader NONE =
      new UsageReader() {
        @Override
        public void accept(ByteBuf chunk) {}

        @Override
        public UsageReading read() {
          return UsageReading.NOTHING;
        }
      };

  private UsageReaders() {}

  /**
   * A reader for one answer. Answers that repeat an earlier count (a stored response or batch
   * fetched by GET) read the same as the first time: whoever asks knows the request and leaves
   * those out.
   *
   * @param requestProtocol what the request's path speaks; decides which names are looked for
   * @param contentType of the answer, with or without parameters; null or empty: by its first byte
   * @param contentEncoding of the answer, if any; what is not identity, gzip or deflate is not read
   */
  public static UsageReader forAnswer(
      Protocol requestProtocol, @Nullable String contentType, @Nullable String contentEncoding) {
    UsageCounts counts = new UsageCounts();
    JsonUsageScanner json = new JsonUsageScanner(UsageVocabulary.of(requestProtocol), counts);
    return forAnswer(json, counts, contentType, contentEncoding);
  }

  /**
   * A reader as above that counts what passes as well.
   *
   * @param passed is told all that the model wrote, and can be asked at any time
   */
  public static UsageReader forAnswer(
      Protocol requestProtocol,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      OutputTokens passed) {
    UsageCounts counts = new UsageCounts(passed);
    JsonUsageScanner json =
        new JsonUsageScanner(
            UsageVocabulary.withOutput(requestProtocol), counts, OutputSink.counting(passed));
    return forAnswer(json, counts, contentType, contentEncoding);
  }

  private static UsageReader forAnswer(
      JsonUsageScanner json,
      UsageCounts counts,
      @Nullable String contentType,
      @Nullable String contentEncoding) {
    AnswerScanner content = forType(essence(contentType), json);
    AnswerScanner encoded = content == null ? null : decoded(essence(contentEncoding), content);
    return encoded == null ? NONE : new ScanningUsageReader(encoded, counts);
  }

  private static @Nullable AnswerScanner forType(String type, JsonUsageScanner json) {
    return switch (type) {
      case "" -> new SniffingScanner(json);
      case "text/event-stream" -> new SseUsageScanner(json);
      case "application/vnd.amazon.eventstream" -> new EventStreamUsageScanner(json);
      case "application/json", "text/json", "application/x-ndjson", "application/jsonl" -> json;
      default -> type.endsWith("+json") ? json : null;
    };
  }

  private static @Nullable AnswerScanner decoded(String encoding, AnswerScanner content) {
    return switch (encoding) {
      case "", "identity" -> content;
      case "gzip", "x-gzip" -> new InflatingScanner(InflatingScanner.Framing.GZIP, content);
      case "deflate" -> new InflatingScanner(InflatingScanner.Framing.ZLIB, content);
      default -> null;
    };
  }

  /** The value without parameters, in lower case. */
  private static String essence(@Nullable String value) {
    if (value == null) {
      return "";
    }
    int end = value.indexOf(';');
    return (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }
}
