package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.Operation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * How many characters a request asks to have spoken: the one thing that providers charge by and
 * that only the request tells.
 */
final class SpokenText {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A text is at most 4,096 characters at the providers that are known. */
  private static final int LONGEST_BODY = 64 * 1024;

  private SpokenText() {}

  /**
   * The characters of {@code input}; 0 where the request has none, is longer than any such, or is
   * gone.
   */
  static long charactersOf(Operation operation, RequestContent content) {
    return operation == Operation.AUDIO && content.body() instanceof Body.Whole whole
        ? characters(whole.held())
        : 0;
  }

  private static long characters(WholeBody body) {
    if (!body.enter()) {
      return 0;
    }
    try {
      return characters(body.bytes());
    } finally {
      body.leave();
    }
  }

  private static long characters(ByteBuf body) {
    boolean object = body.isReadable() && body.getByte(body.readerIndex()) == '{';
    if (!object || body.readableBytes() > LONGEST_BODY) {
      return 0;
    }
    try (InputStream bytes = new ByteBufInputStream(body.duplicate());
        JsonParser parser = JSON.createParser(bytes)) {
      return characters(parser);
    } catch (JacksonException | IOException notJson) {
      return 0;
    }
  }

  private static long characters(JsonParser parser) {
    var _ = parser.nextToken();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean input = parser.currentName().equals("input");
      JsonToken value = parser.nextToken();
      if (input && value == JsonToken.VALUE_STRING) {
        return parser.getString().codePoints().count();
      }
      var _ = parser.skipChildren();
    }
    return 0;
  }
}
