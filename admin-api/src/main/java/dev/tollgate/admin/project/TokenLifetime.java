package dev.tollgate.admin.project;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.tollgate.admin.document.DurationText;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;

/** How long a project's tokens may last at most: a second to 90 days. */
@Schema(
    type = "string",
    example = "90d",
    description =
        "How long the project's tokens last at most, as 30m, 24h, 90d or seconds. Lowering it does not"
            + " shorten tokens that were issued before: they keep their expiry. Revoke them to end them.")
@JsonDeserialize(using = TokenLifetime.Reader.class)
public record TokenLifetime(Duration duration) {

  /** What no project exceeds, and what holds where none is said. */
  public static final TokenLifetime LONGEST = new TokenLifetime(Duration.ofDays(90));

  public TokenLifetime {
    if (duration.toSeconds() < 1 || duration.compareTo(Duration.ofDays(90)) > 0) {
      throw new IllegalArgumentException("must be from 1s to 90d");
    }
  }

  static TokenLifetime ofSeconds(long seconds) {
    return new TokenLifetime(Duration.ofSeconds(seconds));
  }

  @JsonValue
  String text() {
    return DurationText.format(duration);
  }

  /** Takes {@code 90d} and the like, or seconds. */
  static final class Reader extends StdDeserializer<TokenLifetime> {

    Reader() {
      super(TokenLifetime.class);
    }

    @Override
    public TokenLifetime deserialize(JsonParser parser, DeserializationContext context) {
      JsonToken token = parser.currentToken();
      if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
        return (TokenLifetime) context.handleUnexpectedToken(TokenLifetime.class, parser);
      }
      Optional<Duration> duration =
          DurationText.parse(parser.getString())
              .filter(read -> !read.isZero() && read.compareTo(LONGEST.duration()) <= 0);
      return duration.isPresent()
          ? new TokenLifetime(duration.get())
          : (TokenLifetime)
              context.handleWeirdStringValue(TokenLifetime.class, "", "not from 1s to 90d");
    }
  }
}
