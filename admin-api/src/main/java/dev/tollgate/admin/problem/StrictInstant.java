package dev.tollgate.admin.problem;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;

/** RFC 3339 text only: Jackson's own reader also takes numbers, of which none says its unit. */
final class StrictInstant extends StdDeserializer<Instant> {

  StrictInstant() {
    super(Instant.class);
  }

  @Override
  public Instant deserialize(JsonParser parser, DeserializationContext context) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      return (Instant) context.handleUnexpectedToken(Instant.class, parser);
    }
    try {
      return OffsetDateTime.parse(parser.getString()).toInstant();
    } catch (DateTimeException notATime) {
      return (Instant)
          context.handleWeirdStringValue(Instant.class, "", "not a time as RFC 3339 writes it");
    }
  }
}
