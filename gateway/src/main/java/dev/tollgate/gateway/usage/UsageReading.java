package dev.tollgate.gateway.usage;

import org.jspecify.annotations.Nullable;

/**
 * What an answer said about itself.
 *
 * @param usage the provider's count, absent where the answer carried none
 * @param model the model that the provider says it used, absent where it did not say
 * @param details what else it counted
 * @param estimated whether a part of {@code usage} is our own count, since the provider never told
 * @param serviceTier that the provider says it was served at, by its {@linkplain
 *     dev.tollgate.gateway.pipeline.ServiceTiers#canonical canonical name}; absent where it did not
 *     say
 * @param passedWhenTold output tokens that had passed, by our own count, when the provider last
 *     told of some: what passes later is not in {@code usage}; 0 where nobody counted
 */
public record UsageReading(
    @Nullable TokenUsage usage,
    @Nullable String model,
    UsageDetails details,
    boolean estimated,
    @Nullable String serviceTier,
    long passedWhenTold) {

  public static final UsageReading NOTHING = new UsageReading(null, null);

  /** Where the tier of service is not told. */
  public UsageReading(
      @Nullable TokenUsage usage, @Nullable String model, UsageDetails details, boolean estimated) {
    this(usage, model, details, estimated, null);
  }

  /** Where nobody counted what passed. */
  public UsageReading(
      @Nullable TokenUsage usage,
      @Nullable String model,
      UsageDetails details,
      boolean estimated,
      @Nullable String serviceTier) {
    this(usage, model, details, estimated, serviceTier, 0);
  }

  /** All of it as the provider counted. */
  public UsageReading(@Nullable TokenUsage usage, @Nullable String model, UsageDetails details) {
    this(usage, model, details, false);
  }

  /** Without details. */
  public UsageReading(@Nullable TokenUsage usage, @Nullable String model) {
    this(usage, model, UsageDetails.NONE);
  }

  /** The same of another usage. */
  public UsageReading with(TokenUsage other) {
    return new UsageReading(other, model, details, estimated, serviceTier, passedWhenTold);
  }
}
