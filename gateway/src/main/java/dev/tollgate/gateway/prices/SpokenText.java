package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.tokens.RootText;
import io.netty.buffer.ByteBuf;

/** How many characters a request asks to have spoken: only the request tells. */
final class SpokenText {

  private SpokenText() {}

  /**
   * The characters of {@code input}, of several the longest; 0 where the request has none, or is
   * gone.
   *
   * @param rawPath tells what is asked below a service's name
   */
  static long charactersOf(Operation operation, String rawPath, RequestContent content) {
    boolean speech =
        operation == Operation.AUDIO
            || (operation == Operation.PASSTHROUGH && rawPath.contains("/audio/"));
    return speech && content.body() instanceof Body.Whole whole ? characters(whole.held()) : 0;
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
    return RootText.characters(body, "input");
  }
}
