package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.inspection.Inspection.Inspected;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Walks the root object of a request. One method per field whose value matters; of everything else
 * only the features are noted that it uses.
 */
final class RequestObjectReader {

  private static final String MODEL = "model";
  private static final String STREAM = "stream";
  private static final String STREAM_OPTIONS = "stream_options";

  private final JsonParser parser;
  private final FeatureReader features;
  private @Nullable String model;
  private @Nullable ModelSpan modelSpan;
  private @Nullable Boolean stream;
  private @Nullable StreamOptions streamOptions;
  private boolean empty = true;

  /**
   * @param realtime as in {@link FeatureReader}
   */
  RequestObjectReader(JsonParser parser, boolean realtime) {
    this.parser = parser;
    this.features = new FeatureReader(parser, realtime);
  }

  /**
   * Reads the whole input.
   *
   * @throws MalformedBodyException if a field that matters is ambiguous or of the wrong type
   * @throws tools.jackson.core.JacksonException if it is not one JSON value
   */
  Inspected read() {
    requireObject();
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      readMember(name);
      empty = false;
    }
    int end = offset();
    if (parser.nextToken() != null) {
      throw new MalformedBodyException("The request body has data after its JSON object.", null);
    }
    return new Inspected(
        model,
        modelSpan,
        Boolean.TRUE.equals(stream),
        usageOption(end),
        features.used(),
        features.otherModels(),
        features.extent());
  }

  private void requireObject() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      throw new MalformedBodyException("The request body is empty.", null);
    }
    if (first != JsonToken.START_OBJECT) {
      throw new MalformedBodyException("The request body must be a JSON object.", null);
    }
  }

  private void readMember(String name) {
    switch (name) {
      case MODEL -> readModel();
      case STREAM -> readStream();
      case STREAM_OPTIONS -> readStreamOptions();
      default -> readFeatures(name);
    }
  }

  private void readModel() {
    requireFirst(model, MODEL);
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new MalformedBodyException("The model must be a string.", MODEL);
    }
    int start = offset();
    model = ModelText.checked(parser.getString());
    modelSpan = new ModelSpan(start, endOffset());
  }

  private void readStream() {
    requireFirst(stream, STREAM);
    // OpenAI documents null as "not set"
    stream = parser.currentToken() != JsonToken.VALUE_NULL && readBoolean(STREAM);
  }

  private void readStreamOptions() {
    requireFirst(streamOptions, STREAM_OPTIONS);
    int start = offset();
    streamOptions =
        switch (parser.currentToken()) {
          case VALUE_NULL -> StreamOptions.replacing(start, "null", "{\"include_usage\":true}");
          case START_OBJECT -> readUsageOption();
          default ->
              throw new MalformedBodyException("stream_options must be an object.", STREAM_OPTIONS);
        };
  }

  private StreamOptions readUsageOption() {
    StreamOptions found = null;
    boolean first = true;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      parser.nextToken();
      if (name.equals("include_usage")) {
        requireFirst(found, STREAM_OPTIONS);
        found = usageOptionValue();
      } else {
        parser.skipChildren();
      }
      first = false;
    }
    String member = "\"include_usage\":true";
    return found != null ? found : StreamOptions.inserting(offset(), first ? member : "," + member);
  }

  private StreamOptions usageOptionValue() {
    int start = offset();
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return StreamOptions.replacing(start, "null", "true");
    }
    return readBoolean(STREAM_OPTIONS)
        ? StreamOptions.ASKED
        : StreamOptions.replacing(start, "false", "true");
  }

  /** Looks only for the features that a field uses; what it says does not matter. */
  private void readFeatures(String name) {
    if (name.equalsIgnoreCase(MODEL)
        || name.equalsIgnoreCase(STREAM)
        || name.equalsIgnoreCase(STREAM_OPTIONS)) {
      throw MalformedBodyException.differsInCase();
    }
    features.readRootMember(name);
  }

  private boolean readBoolean(String field) {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw new MalformedBodyException("%s must be a boolean.".formatted(field), field);
    };
  }

  private static void requireFirst(@Nullable Object earlier, String field) {
    if (earlier != null) {
      throw new MalformedBodyException("%s is given twice.".formatted(field), field);
    }
  }

  private @Nullable BodyEdit usageOption(int endOfRoot) {
    if (streamOptions != null) {
      return streamOptions.edit();
    }
    String member = "\"stream_options\":{\"include_usage\":true}";
    return new BodyEdit(endOfRoot, endOfRoot, empty ? member : "," + member);
  }

  /** The offset of the current token's first byte. */
  private int offset() {
    return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
  }

  /** The offset after a string that has been read to its end. */
  private int endOffset() {
    return Math.toIntExact(parser.currentLocation().getByteOffset());
  }

  /** A field that is there, and the edit that makes it ask for usage, if one is needed. */
  private record StreamOptions(@Nullable BodyEdit edit) {

    static final StreamOptions ASKED = new StreamOptions(null);

    static StreamOptions inserting(int at, String text) {
      return new StreamOptions(new BodyEdit(at, at, text));
    }

    static StreamOptions replacing(int at, String old, String text) {
      return new StreamOptions(new BodyEdit(at, at + old.length(), text));
    }
  }
}
