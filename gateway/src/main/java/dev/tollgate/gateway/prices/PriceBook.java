package dev.tollgate.gateway.prices;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All prices at one moment, past and future ones included. Immutable.
 *
 * <p>An organization's own go before the shipped ones, a model's exact name before the beginning of
 * one, a longer beginning before a shorter one, what is in force since later before what is since
 * earlier.
 */
public final class PriceBook {

  public static final PriceBook EMPTY = new PriceBook(List.of());

  /** What Gemini puts before a model's name in some places. */
  private static final String COLLECTION = "models/";

  /** In place of a model: the price of those that have none. */
  private static final String ANY = "*";

  /** By the kind of provider. */
  private final Map<String, Models> shipped = new HashMap<>();

  /** By the organization, and then as the shipped ones. */
  private final Map<String, Map<String, Models>> own = new HashMap<>();

  /** Prices in any order. */
  public PriceBook(List<Entry> entries) {
    Map<Owner, List<Entry>> sorted = new HashMap<>();
    for (Entry entry : entries) {
      sorted
          .computeIfAbsent(
              new Owner(entry.organizationId(), entry.provider()), _ -> new ArrayList<>())
          .add(entry);
    }
    sorted.forEach((owner, of) -> add(owner, new Models(of)));
  }

  private void add(Owner owner, Models models) {
    String organizationId = owner.organizationId();
    Map<String, Models> ofOwner =
        organizationId == null
            ? shipped
            : own.computeIfAbsent(organizationId, _ -> new HashMap<>());
    ofOwner.put(owner.provider(), models);
  }

  /**
   * A price of the book.
   *
   * @param organizationId whose; null: everybody's
   * @param provider the kind of provider
   * @param model a name, or the beginning of one and {@code *}
   * @param writtenAt decides between two that are in force since the same time: the later holds
   */
  public record Entry(
      @Nullable String organizationId,
      String provider,
      String model,
      Instant writtenAt,
      ModelPrice price) {}

  private record Owner(@Nullable String organizationId, String provider) {}

  /**
   * The price that holds.
   *
   * @param names of the model, the most telling first: as the provider named it in its answer, as
   *     it was asked for; an organization's price of any goes before a shipped one of any
   * @return null if none is known
   */
  public @Nullable ModelPrice find(
      String organizationId, String provider, List<String> names, Instant at) {
    ModelPrice ofOwn = find(ownOf(organizationId, provider), names, at);
    return ofOwn != null ? ofOwn : find(shipped.get(provider), names, at);
  }

  /** The organization's price for models of the provider that have none; null if it has none. */
  public @Nullable ModelPrice defaultOf(String organizationId, String provider, Instant at) {
    Models models = ownOf(organizationId, provider);
    return models == null ? null : Models.inForce(models.defaults, at);
  }

  private @Nullable Models ownOf(String organizationId, String provider) {
    Map<String, Models> models = own.get(organizationId);
    return models == null ? null : models.get(provider);
  }

  private static @Nullable ModelPrice find(
      @Nullable Models models, List<String> names, Instant at) {
    if (models == null) {
      return null;
    }
    for (String name : names) {
      ModelPrice found = models.find(bare(name), at);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static String bare(String name) {
    return name.startsWith(COLLECTION) ? name.substring(COLLECTION.length()) : name;
  }

  /** Of one owner and one provider. */
  private static final class Models {

    /** In force since latest first. */
    private static final Comparator<Entry> LATEST_FIRST =
        Comparator.comparing((Entry entry) -> entry.price().effectiveFrom())
            .thenComparing(Entry::writtenAt)
            .thenComparing(entry -> entry.price().version())
            .reversed();

    private final Map<String, List<ModelPrice>> exact = new HashMap<>();
    private final List<Beginning> beginnings = new ArrayList<>();
    private List<ModelPrice> defaults = List.of();

    private record Beginning(String text, List<ModelPrice> prices) {}

    Models(List<Entry> entries) {
      Map<String, List<ModelPrice>> byPattern = new HashMap<>();
      entries.stream()
          .sorted(LATEST_FIRST)
          .forEach(entry ->
              byPattern.computeIfAbsent(entry.model(), _ -> new ArrayList<>()).add(entry.price()));
      byPattern.forEach(this::add);
      beginnings.sort(
          Comparator.comparingInt((Beginning beginning) -> beginning.text().length()).reversed());
    }

    private void add(String pattern, List<ModelPrice> prices) {
      if (pattern.equals(ANY)) {
        defaults = prices;
      } else if (pattern.endsWith("*")) {
        beginnings.add(new Beginning(pattern.substring(0, pattern.length() - 1), prices));
      } else {
        exact.put(pattern, prices);
      }
    }

    @Nullable ModelPrice find(String name, Instant at) {
      List<ModelPrice> exactly = exact.get(name);
      ModelPrice named = exactly == null ? null : inForce(exactly, at);
      if (named != null) {
        return named;
      }
      for (Beginning beginning : beginnings) {
        ModelPrice found =
            name.startsWith(beginning.text()) ? inForce(beginning.prices(), at) : null;
        if (found != null) {
          return found;
        }
      }
      return null;
    }

    private static @Nullable ModelPrice inForce(List<ModelPrice> latestFirst, Instant at) {
      for (ModelPrice price : latestFirst) {
        if (!price.effectiveFrom().isAfter(at)) {
          return price;
        }
      }
      return null;
    }
  }
}
