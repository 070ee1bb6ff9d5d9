package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.identity.Caller;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.prices.AnsweredModels.Answered;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ServedModel;
import dev.tollgate.gateway.snapshot.UnknownPrice;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageReading;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The prices that hold for one request from its admission to its settlement, whatever changes in
 * between.
 */
public final class RequestPrices implements UsagePricing.OfRequest {

  private static final StateKey<RequestPrices> KEY = StateKey.named("prices");
  private static final int FIRST_ERROR = 400;

  private final GatewayExchange exchange;
  private final PriceBook book;
  private final AnsweredModels answeredModels;
  private final Instant at;
  private final ModelPrice.Asked asked;
  private volatile @Nullable ModelPrice fallback;

  /** What was last asked, which is asked several times. */
  private volatile @Nullable Requested requested;

  /** The price of the requested model at a service. */
  private record Requested(ServiceSnapshot service, @Nullable ModelPrice price) {}

  private RequestPrices(
      GatewayExchange exchange, Prices prices, Instant at, ModelPrice.Asked asked) {
    this.exchange = exchange;
    this.book = prices.book();
    this.answeredModels = prices.answeredModels();
    this.at = at;
    this.asked = asked;
  }

  /** Those of this request: fixed by whoever asks first. */
  public static RequestPrices of(GatewayExchange exchange, Prices prices, InstantSource clock) {
    RequestPrices known = exchange.find(KEY);
    if (known != null) {
      return known;
    }
    RequestPrices fixed = new RequestPrices(exchange, prices, clock.instant(), asked(exchange));
    exchange.put(KEY, fixed);
    return fixed;
  }

  private static ModelPrice.Asked asked(GatewayExchange exchange) {
    Operation operation = RouteSettings.of(exchange).operation();
    String path = exchange.request().getURI().getRawPath();
    RequestContent content = exchange.get(RequestContent.KEY);
    return new ModelPrice.Asked(
        SpokenText.charactersOf(operation, path, content),
        ImageRequest.of(operation, path, content),
        content.extent().searchPreview());
  }

  /**
   * What the requested model costs at this service, or the one that it turned out to be before;
   * null if that is not known.
   */
  public @Nullable ModelPrice priceAt(ServiceSnapshot service) {
    ModelPrice named = price(service, null);
    return named == null ? learnedPrice(service) : named;
  }

  private @Nullable ModelPrice learnedPrice(ServiceSnapshot service) {
    String requested = exchange.get(RequestContent.KEY).model();
    String name = requested == null ? null : answeredModels.nameOf(service.serviceId(), requested);
    return name == null ? null : price(service, name);
  }

  /** What the requested model is called at this service, and by the client; empty: not known. */
  public List<String> namesAt(ServiceSnapshot service) {
    return names(service, null, exchange.get(RequestContent.KEY).model());
  }

  /** What it is charged at there at most unless the answer names another model; null: not known. */
  public @Nullable ModelPrice chargedAt(ServiceSnapshot service) {
    ModelPrice price = fallback != null ? fallback : priceAt(service);
    return price == null ? null : price.atMost(tierAt(service));
  }

  /** The tier of service that it may be served at there beside the usual one. */
  private String tierAt(ServiceSnapshot service) {
    RequestContent content = exchange.get(RequestContent.KEY);
    String asked = content.extent().serviceTier();
    return asked == null ? answeredModels.tierOf(service.serviceId(), content.model()) : asked;
  }

  /** What only the request tells of its cost. */
  public ModelPrice.Asked asked() {
    return asked;
  }

  /**
   * What the request is reserved at there, where a money limit stands over it. The answer may name
   * a model whose price is known: that is what it is charged then.
   *
   * @param batch whether it has others made later, whose cost nobody knows
   */
  public PriceDecision decisionAt(ServiceSnapshot service, boolean batch) {
    ProjectSnapshot project = exchange.get(ProjectSnapshot.KEY);
    ModelPrice any = book.defaultOf(project.organizationId(), service.provider(), at);
    // Whether a model is refused must not depend on what this gateway happened to see.
    ModelPrice known =
        project.unknownPrice() == UnknownPrice.ALLOW ? priceAt(service) : price(service, null);
    ModelPrice told = batch ? null : known;
    PriceDecision decision = PriceDecision.of(project.unknownPrice(), told, batch ? null : any);
    if (told == null && decision instanceof PriceDecision.Charged(ModelPrice charged)) {
      fallback = charged;
    }
    return decision instanceof PriceDecision.Charged(ModelPrice charged)
        ? atItsTier(charged, service, project.unknownPrice())
        : decision;
  }

  /** It may be served at the tier that it asks for, or at the usual one. */
  private PriceDecision atItsTier(ModelPrice price, ServiceSnapshot service, UnknownPrice unknown) {
    String asked = exchange.get(RequestContent.KEY).extent().serviceTier();
    return asked != null && unknown == UnknownPrice.DENY && !price.tells(asked)
        ? new PriceDecision.Refused(PriceDecision.UNKNOWN_TIER)
        : new PriceDecision.Charged(price.atMost(tierAt(service)));
  }

  @Override
  public @Nullable Charge charge(ServiceSnapshot service, int status, UsageReading reading) {
    ModelPrice price = priceOf(service, reading.model());
    if (price == null || status == 0) {
      return null;
    }
    if (status >= FIRST_ERROR && reading.usage() == null) {
      // Providers charge nothing for what they refuse.
      return new Charge(0, price.version());
    }
    ModelPrice served = served(price, service, reading.serviceTier());
    OptionalLong cost = served.costMicroUsd(reading.usage(), reading.details(), asked);
    return cost.isPresent() ? new Charge(cost.getAsLong(), price.version()) : null;
  }

  /**
   * As it is at the tier that the answer tells; where it does not, as it is at most at the one that
   * the request may have had.
   */
  private ModelPrice served(ModelPrice price, ServiceSnapshot service, @Nullable String told) {
    if (told == null) {
      return price.atMost(tierAt(service));
    }
    RequestContent content = exchange.get(RequestContent.KEY);
    String requested = content.model();
    if (requested != null && content.extent().serviceTier() == null) {
      answeredModels.learnTier(service.serviceId(), requested, told);
    }
    return price.at(told);
  }

  private @Nullable ModelPrice priceOf(ServiceSnapshot service, @Nullable String answered) {
    ModelPrice known = price(service, answered);
    if (known != null) {
      learn(service, answered);
      return known;
    }
    return fallback != null ? fallback : learnedPrice(service);
  }

  private void learn(ServiceSnapshot service, @Nullable String answered) {
    String requested = exchange.get(RequestContent.KEY).model();
    if (answered != null && requested != null && price(service, null) == null) {
      answeredModels.learn(new Answered(service.serviceId(), requested, answered));
    }
  }

  private @Nullable ModelPrice price(ServiceSnapshot service, @Nullable String answered) {
    if (answered != null) {
      return find(service, answered);
    }
    Requested known = requested;
    if (known == null || !known.service().equals(service)) {
      known = new Requested(service, find(service, null));
      requested = known;
    }
    return known.price();
  }

  private @Nullable ModelPrice find(ServiceSnapshot service, @Nullable String answered) {
    List<String> names = names(service, answered, exchange.get(RequestContent.KEY).model());
    String organizationId = exchange.get(Caller.KEY).organizationId();
    return book.find(organizationId, service.provider(), names, at);
  }

  /** As the provider answered, as it was asked for there, as the client asked for it. */
  private static List<String> names(
      ServiceSnapshot service, @Nullable String answered, @Nullable String requested) {
    List<String> names = new ArrayList<>(3);
    if (answered != null) {
      names.add(answered);
    }
    if (requested != null) {
      String upstream = upstreamName(service, requested);
      if (upstream != null) {
        names.add(upstream);
      }
      names.add(requested);
    }
    return names;
  }

  private static @Nullable String upstreamName(ServiceSnapshot service, String requested) {
    List<ServedModel> models = service.models();
    if (models == null) {
      return null;
    }
    for (ServedModel served : models) {
      if (served.serves(requested)) {
        return served.upstreamName();
      }
    }
    return null;
  }
}
