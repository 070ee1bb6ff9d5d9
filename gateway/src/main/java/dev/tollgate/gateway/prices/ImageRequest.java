package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.pipeline.Operation;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads how many images of what kind a request asks for. Errs to the dearer side. */
final class ImageRequest {

  /** Pictures to be edited may come along; a prompt alone is shorter. */
  private static final int LONGEST_BODY = 256 * 1024;

  /** Of Imagen where the request does not say. */
  private static final long USUAL_SAMPLES = 4;

  private static final String AUTO = "auto";
  private static final String NOT_SAID = "";

  private long count = 1;
  private long samples = USUAL_SAMPLES;
  private @Nullable String size = NOT_SAID;
  private @Nullable String quality = NOT_SAID;

  private ImageRequest() {}

  /**
   * What the request asks for.
   *
   * @param rawPath tells what is asked below a service's name
   */
  static AskedImages of(Operation operation, String rawPath, RequestContent content) {
    boolean predict = rawPath.endsWith(":predict");
    boolean images =
        operation == Operation.IMAGES
            || (operation == Operation.PASSTHROUGH && rawPath.contains("/images/"));
    if (content.body() instanceof Body.None || !(images || predict)) {
      return AskedImages.NONE;
    }
    return content.body() instanceof Body.Whole whole
        ? FlatBody.read(
            whole.held(),
            LONGEST_BODY,
            parser -> new ImageRequest().read(parser, predict),
            AskedImages.UNSEEN)
        : AskedImages.UNSEEN;
  }

  private AskedImages read(JsonParser parser, boolean predict) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "n" -> count = Math.max(count, number(parser, value, 1));
        case "size" -> size = text(parser, value, size);
        case "quality" -> quality = text(parser, value, quality);
        case "parameters" -> parameters(parser, value);
        default -> {
          var _ = parser.skipChildren();
        }
      }
    }
    return predict ? new AskedImages(samples, null, null) : new AskedImages(count, size, quality);
  }

  private void parameters(JsonParser parser, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      var _ = parser.skipChildren();
      return;
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean asked = parser.currentName().equals("sampleCount");
      JsonToken member = parser.nextToken();
      if (asked) {
        samples = number(parser, member, USUAL_SAMPLES);
      } else {
        var _ = parser.skipChildren();
      }
    }
  }

  /** Some providers take numbers in quotes, or with a fraction of zero. */
  private static long number(JsonParser parser, JsonToken value, long absent) {
    if (value == JsonToken.VALUE_NULL) {
      return absent;
    }
    if (value == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() == JsonParser.NumberType.INT) {
      return Math.max(1, parser.getIntValue());
    }
    var _ = parser.skipChildren();
    return AskedImages.UNSEEN.count();
  }

  /** Of two, nobody knows which one holds. */
  private static @Nullable String text(
      JsonParser parser, JsonToken value, @Nullable String before) {
    if (value == JsonToken.VALUE_NULL) {
      return before;
    }
    boolean said = value == JsonToken.VALUE_STRING && NOT_SAID.equals(before);
    String text = said ? parser.getString() : AUTO;
    var _ = parser.skipChildren();
    return text.equals(AUTO) || text.isEmpty() ? null : text;
  }
}
