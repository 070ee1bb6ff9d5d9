package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.inspection.WholeBody;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** Reads a few members of a request's JSON object. */
final class FlatBody {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private FlatBody() {}

  /**
   * What {@code reading} makes of the object, whose first token is the current one; {@code
   * otherwise} where the body is longer than {@code longest} bytes, is no object, or is gone.
   */
  static <T> T read(WholeBody body, int longest, Function<JsonParser, T> reading, T otherwise) {
    if (!body.enter()) {
      return otherwise;
    }
    try {
      return read(body.bytes(), longest, reading, otherwise);
    } finally {
      body.leave();
    }
  }

  private static <T> T read(
      ByteBuf body, int longest, Function<JsonParser, T> reading, T otherwise) {
    if (!body.isReadable() || body.readableBytes() > longest) {
      return otherwise;
    }
    try (InputStream bytes = new ByteBufInputStream(body.duplicate());
        JsonParser parser = JSON.createParser(bytes)) {
      return parser.nextToken() == JsonToken.START_OBJECT ? reading.apply(parser) : otherwise;
    } catch (JacksonException | IOException notJson) {
      return otherwise;
    }
  }
}
