package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.pipeline.ServiceTiers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/**
 * Notes which tier of service a body asks for, in passing: {@code service_tier} of OpenAI,
 * Anthropic, Groq, Gemini (which takes {@code serviceTier} too), {@code speed} of Anthropic, {@code
 * serviceTier.type} of Bedrock.
 */
final class ServiceTierReader {

  private static final String TIER = "servicetier";
  private static final String SPEED = "speed";

  private final JsonParser parser;
  private @Nullable String asked;
  private boolean inObject;

  ServiceTierReader(JsonParser parser) {
    this.parser = parser;
  }

  /** Null: whichever the provider takes. */
  @Nullable String read() {
    return asked;
  }

  /** A member of the root object, at its value; the parser stays there. */
  void seeRootMember(String name) {
    if (!isOne(name)) {
      return;
    }
    JsonToken value = parser.currentToken();
    if (value == JsonToken.VALUE_STRING) {
      see(parser.getString());
    } else if (value == JsonToken.START_OBJECT) {
      inObject = true;
    }
  }

  /** Nearly all names end here at their first letter. */
  private static boolean isOne(String name) {
    if (name.isEmpty() || (name.charAt(0) | 0x20) != 's') {
      return false;
    }
    return name.equalsIgnoreCase(SPEED)
        || (name.length() <= TIER.length() + 2 && RequestMember.folded(name).equals(TIER));
  }

  /** What an object within the body calls itself. */
  void seeType(String type) {
    if (inObject) {
      TokenStreamContext around = parser.streamReadContext().getParent();
      String name = around == null ? null : around.currentName();
      if (name != null && isOne(name) && around.getParent().inRoot()) {
        see(type);
      }
    }
  }

  /** A usual speed beside a tier says nothing more, and the other way around. */
  private void see(String said) {
    String tier = ServiceTiers.canonical(said);
    if (ServiceTiers.isOpen(tier) || tier.equals(asked)) {
      return;
    }
    if (asked == null || asked.equals(ServiceTiers.STANDARD)) {
      asked = tier;
    } else if (!tier.equals(ServiceTiers.STANDARD)) {
      asked = ServiceTiers.SEVERAL;
    }
  }
}
