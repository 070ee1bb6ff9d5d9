package dev.tollgate.admin.pricing;

import dev.tollgate.admin.document.DocumentReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The prices of prices.yaml. */
@Component
class PriceCatalogue {

  private static final String FILE = "prices.yaml";

  /** What all entries of a provider have in common, unless one says otherwise. */
  private static final List<String> OF_GROUP = List.of("effective_from", "source", "source_date");

  /** What of an entry is no price. */
  private static final Set<String> ABOUT =
      Set.of("effective_from", "source", "source_date", "max_output_tokens", "context_tokens");

  private static final Set<String> NAMES = Set.of("model", "also");

  private final Map<String, ShippedPrice> prices = new LinkedHashMap<>();

  PriceCatalogue(JsonMapper mapper, Clock clock) {
    DocumentReader reader = new DocumentReader(PriceFields.SHIPPED, _ -> true);
    for (JsonNode group : read(mapper).path("providers")) {
      group.path("models").forEach(entry -> add(group, entry, reader, clock, mapper));
    }
  }

  private void add(
      JsonNode group, JsonNode entry, DocumentReader reader, Clock clock, JsonMapper mapper) {
    Stream.concat(Stream.of(entry.path("model")), entry.path("also").valueStream())
        .map(model -> document(group, entry, model, mapper))
        .map(document -> reader.read(document, clock.instant()).orRefuse())
        .map(document -> ShippedPrice.of(document, mapper.writeValueAsBytes(document)))
        .forEach(this::add);
  }

  private void add(ShippedPrice price) {
    if (prices.put(price.id(), price) != null) {
      throw new IllegalStateException(
          FILE + " says twice what " + price.price().model() + " costs");
    }
  }

  /** All, in the order of the file. */
  List<ShippedPrice> all() {
    return List.copyOf(prices.values());
  }

  private static ObjectNode document(
      JsonNode group, JsonNode entry, JsonNode model, JsonMapper mapper) {
    ObjectNode document = mapper.createObjectNode();
    document.set("provider", group.path("provider"));
    document.set("model", model);
    OF_GROUP.forEach(name -> document.set(name, group.path(name)));
    ObjectNode components = document.putObject("components");
    entry.forEachEntry((name, value) -> {
      if (ABOUT.contains(name)) {
        document.set(name, value);
      } else if (!NAMES.contains(name)) {
        components.set(name, value);
      }
    });
    return document;
  }

  private static JsonNode read(JsonMapper mapper) {
    try (InputStream file = PriceCatalogue.class.getResourceAsStream(FILE)) {
      return mapper.valueToTree(new Yaml(new Decimals()).load(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads fractions as the decimals that they are, and times and dates as their text. */
  private static final class Decimals extends SafeConstructor {

    Decimals() {
      super(new LoaderOptions());
      yamlConstructors.put(Tag.FLOAT, new Text(BigDecimal::new));
      yamlConstructors.put(Tag.TIMESTAMP, new Text(text -> text));
    }

    private static final class Text extends AbstractConstruct {

      private final Function<String, Object> reading;

      Text(Function<String, Object> reading) {
        this.reading = reading;
      }

      @Override
      public Object construct(Node node) {
        return reading.apply(((ScalarNode) node).getValue());
      }
    }
  }
}
