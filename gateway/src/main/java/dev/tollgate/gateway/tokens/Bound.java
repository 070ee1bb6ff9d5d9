package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.inspection.Extent;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestMember;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.Features;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens a request may use at most, told without reading its body again. No byte is more
 * than a token.
 */
final class Bound {

  /** A picture may stand for more tokens than its address has bytes, and a search finds some. */
  private static final Features MORE = Features.of(Feature.VISION, Feature.WEB_SEARCH);

  private static final Features TOOLS = Features.of(Feature.FUNCTION_CALLING);

  /** What providers say to the model of its tools, beside what the body says. */
  private static final long ABOUT_TOOLS = 1_000;

  private final RequestContent content;
  private final MaximumRule rule;

  Bound(RequestContent content, Endpoint endpoint) {
    this.content = content;
    this.rule = endpoint.rule();
  }

  /**
   * Of a body that was inspected.
   *
   * @param length bytes of it
   */
  TokenEstimate of(long length) {
    boolean tools = content.features().common(TOOLS) != null;
    boolean open = content.extent().more() || content.features().common(MORE) != null;
    Maximum maximum = maximum();
    return new TokenEstimate(
        length + (tools ? ABOUT_TOOLS : 0), false, open, most(maximum), maximum.choices());
  }

  private Maximum maximum() {
    Maximum maximum = new Maximum(rule);
    for (Extent.Named number : content.extent().numbers()) {
      if (number.member() == RequestMember.CHOICES) {
        maximum.choices(Math.min(number.value(), Maximum.MOST_CHOICES));
      } else {
        maximum.limit(number.name(), number.within(), number.value());
      }
    }
    return maximum;
  }

  /** Of completions each of several prompts, which nobody has counted here, has the maximum. */
  private @Nullable Long most(Maximum maximum) {
    boolean several = rule == MaximumRule.COMPLETIONS;
    boolean open = content.extent().ambiguous() && rule != MaximumRule.NOTHING;
    return several || open ? null : maximum.tokens();
  }
}
