package dev.tollgate.gateway.pipeline;

import java.util.Locale;
import java.util.Set;

/**
 * Names of tiers of service, which requests ask for and answers tell: a provider serves the same
 * model faster for more, or slower for less.
 */
public final class ServiceTiers {

  /** The usual one. */
  public static final String STANDARD = "standard";

  /** Asked for in several ways at once: nobody knows which one holds. */
  public static final String SEVERAL = "several";

  private static final String PREFIX = "service_tier_";

  /** Leave it to the provider. */
  private static final Set<String> OPEN = Set.of("", "auto", "unspecified");

  /** OpenAI, Anthropic, Groq. */
  private static final Set<String> USUAL =
      Set.of(STANDARD, "default", "standard_only", "on_demand");

  private ServiceTiers() {}

  /** The one name of it that prices are found by: in lower case; {@link #STANDARD} by any name. */
  public static String canonical(String name) {
    // Nearly every answer of OpenAI says this.
    if (name.equals("default")) {
      return STANDARD;
    }
    String lower = name.strip().toLowerCase(Locale.ROOT);
    String bare = lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower;
    return USUAL.contains(bare) ? STANDARD : bare;
  }

  /** Whether a canonical name says nothing. */
  public static boolean isOpen(String canonical) {
    return OPEN.contains(canonical);
  }
}
