package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much one policy document allows: {@code rate_limits} and {@code permissions.models.limits} of
 * the key policy. Null everywhere means no limit of its own; 0 means none at all.
 *
 * @param subject whose use is counted
 * @param models further limits by the model, counted for this subject alone
 * @param kept what limiters have worked out from them
 */
public record LimitRules(
    Subject subject,
    RequestLimits requests,
    TokenLimits tokens,
    CostLimits costs,
    ConcurrencyLimits concurrency,
    LimitedModels models,
    Derivation.Kept kept) {

  /** From which nothing is worked out yet. */
  public LimitRules(
      Subject subject,
      RequestLimits requests,
      TokenLimits tokens,
      CostLimits costs,
      ConcurrencyLimits concurrency,
      LimitedModels models) {
    this(subject, requests, tokens, costs, concurrency, models, new Derivation.Kept());
  }

  /**
   * Requests in a time.
   *
   * @param burst how many may come at once; only beside {@code perSecond}
   */
  public record RequestLimits(
      @Nullable Long perSecond,
      @Nullable Long perMinute,
      @Nullable Long perHour,
      @Nullable Long perDay,
      @Nullable Long burst) {

    public boolean isSilent() {
      return perSecond == null && perMinute == null && perHour == null && perDay == null;
    }
  }

  /** Tokens in a time. */
  public record TokenLimits(
      @Nullable Long inputPerMinute, @Nullable Long outputPerMinute, @Nullable Long totalPerDay) {

    public boolean isSilent() {
      return inputPerMinute == null && outputPerMinute == null && totalPerDay == null;
    }
  }

  /**
   * Money, in micro-dollars. Windows are of the UTC calendar.
   *
   * @param perRequest the most that one request may cost
   * @param alertAt the share of a limit, in millionths, from which on somebody is told
   */
  public record CostLimits(
      @Nullable Long perRequest,
      @Nullable Long perHour,
      @Nullable Long perDay,
      @Nullable Long perMonth,
      @Nullable Long alertAt) {

    public boolean isSilent() {
      return perRequest == null && perHour == null && perDay == null && perMonth == null;
    }
  }

  /**
   * Requests at once.
   *
   * @param queued how many may wait; null: none
   * @param queueWait how long at most; null: the installation's default
   */
  public record ConcurrencyLimits(
      @Nullable Long parallel, @Nullable Long queued, @Nullable Duration queueWait) {

    public boolean isSilent() {
      return parallel == null;
    }
  }

  /**
   * Of one model.
   *
   * @param costPerDay in micro-dollars
   */
  public record ModelLimits(
      @Nullable Long requestsPerDay, @Nullable Long tokensPerRequest, @Nullable Long costPerDay) {}

  static LimitRules of(Subject subject, PolicyNode rateLimits, PolicyNode modelLimits) {
    PolicyNode requests = rateLimits.object("requests");
    PolicyNode tokens = rateLimits.object("tokens");
    PolicyNode costs = rateLimits.object("costs");
    PolicyNode concurrency = rateLimits.object("concurrency");
    return new LimitRules(
        subject,
        new RequestLimits(
            requests.number("per_second"),
            requests.number("per_minute"),
            requests.number("per_hour"),
            requests.number("per_day"),
            requests.number("burst_size")),
        new TokenLimits(
            tokens.number("input_per_minute"),
            tokens.number("output_per_minute"),
            tokens.number("total_per_day")),
        new CostLimits(
            costs.millionths("per_request_max"),
            costs.millionths("per_hour_max"),
            costs.millionths("per_day_max"),
            costs.millionths("per_month_max"),
            costs.millionths("alert_threshold")),
        new ConcurrencyLimits(
            concurrency.number("max_parallel_requests"),
            concurrency.number("max_queued_requests"),
            seconds(concurrency.number("max_queue_wait"))),
        LimitedModels.of(modelLimits.objects(LimitRules::ofModel)));
  }

  private static ModelLimits ofModel(PolicyNode limits) {
    return new ModelLimits(
        limits.number("max_requests_per_day"),
        limits.number("max_tokens_per_request"),
        limits.millionths("max_cost_per_day"));
  }

  private static @Nullable Duration seconds(@Nullable Long seconds) {
    return seconds == null ? null : Duration.ofSeconds(seconds);
  }

  /** What holds beside the rest for this model; null if nothing does. */
  public @Nullable OfModel model(@Nullable String name) {
    return models.find(name);
  }

  /** Whether nothing is limited, so that nobody needs to look. */
  public boolean isSilent() {
    return requests.isSilent()
        && tokens.isSilent()
        && costs.isSilent()
        && concurrency.isSilent()
        && models.isEmpty();
  }
}
