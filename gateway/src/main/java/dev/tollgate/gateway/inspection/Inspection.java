package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.policy.Features;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one strict reading of a request body found. */
public sealed interface Inspection {

  /**
   * A body that every reader understands alike.
   *
   * @param model the model as requested, 1 to 512 characters; null where the body names none
   * @param modelSpan where the model stands; null where the body names none
   * @param stream whether the client asked for a stream
   * @param usageOption makes an OpenAI stream ask for {@code stream_options.include_usage}; null
   *     where the client asked for it itself
   * @param features capabilities that the body uses, but for the stream
   * @param otherModels that the body names beside its own: alternatives, and those of tools
   * @param extent how long it and its answer may be
   */
  record Inspected(
      @Nullable String model,
      @Nullable ModelSpan modelSpan,
      boolean stream,
      @Nullable BodyEdit usageOption,
      Features features,
      List<String> otherModels,
      Extent extent)
      implements Inspection {}

  /**
   * A body that is refused with {@code invalid_request}, because it breaks its format or because
   * two readers might understand it differently.
   *
   * @param reason one English sentence for the client; repeats nothing of the body
   * @param param the field that is meant, if it is one
   */
  record Malformed(String reason, @Nullable String param) implements Inspection {}
}
