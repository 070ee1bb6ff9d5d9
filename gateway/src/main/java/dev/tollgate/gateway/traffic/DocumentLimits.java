package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.policy.Derivation;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.RequestLimits;
import dev.tollgate.gateway.policy.LimitRules.TokenLimits;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import dev.tollgate.gateway.policy.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The limits of requests and tokens that one document sets. Thread-safe. */
final class DocumentLimits {

  private static final Derivation<DocumentLimits> DERIVED = Derivation.by(DocumentLimits::new);

  private final Subject subject;
  private final List<TrafficLimit> always;

  /** By the names that the document has. */
  private final Map<String, TrafficLimit> ofModels = new ConcurrentHashMap<>();

  private DocumentLimits(LimitRules rules) {
    this.subject = rules.subject();
    List<TrafficLimit> limits = new ArrayList<>();
    if (isCounted()) {
      CounterKey all = new CounterKey(subject, null);
      addRequests(limits, all, rules.requests());
      addTokens(limits, all, rules.tokens());
    }
    this.always = List.copyOf(limits);
  }

  static DocumentLimits of(LimitRules rules) {
    return DERIVED.of(rules);
  }

  /** Who is nobody cannot be counted. */
  private boolean isCounted() {
    return subject.kind() != Subject.Kind.NOBODY;
  }

  /** Whatever the model is. */
  List<TrafficLimit> always() {
    return always;
  }

  /** What is limited of one model beside that; null: nothing. */
  @Nullable TrafficLimit of(@Nullable OfModel model) {
    Long perDay = model == null ? null : model.limits().requestsPerDay();
    if (model == null || perDay == null || !isCounted()) {
      return null;
    }
    return ofModels.computeIfAbsent(
        model.name(),
        name ->
            TrafficLimit.of(
                new CounterKey(subject, name), LimitKind.MODEL_REQUESTS_PER_DAY, perDay));
  }

  private static void addRequests(List<TrafficLimit> to, CounterKey key, RequestLimits limits) {
    Long perSecond = limits.perSecond();
    if (perSecond != null) {
      Long burst = limits.burst();
      long capacity = burst == null || perSecond == 0 ? perSecond : burst;
      to.add(new TrafficLimit(key, LimitKind.REQUESTS_PER_SECOND, capacity, perSecond));
    }
    add(to, key, LimitKind.REQUESTS_PER_MINUTE, limits.perMinute());
    add(to, key, LimitKind.REQUESTS_PER_HOUR, limits.perHour());
    add(to, key, LimitKind.REQUESTS_PER_DAY, limits.perDay());
  }

  private static void addTokens(List<TrafficLimit> to, CounterKey key, TokenLimits limits) {
    add(to, key, LimitKind.INPUT_TOKENS_PER_MINUTE, limits.inputPerMinute());
    add(to, key, LimitKind.OUTPUT_TOKENS_PER_MINUTE, limits.outputPerMinute());
    add(to, key, LimitKind.TOKENS_PER_DAY, limits.totalPerDay());
  }

  private static void add(
      List<TrafficLimit> to, CounterKey key, LimitKind kind, @Nullable Long limit) {
    if (limit != null) {
      to.add(TrafficLimit.of(key, kind, limit));
    }
  }
}
