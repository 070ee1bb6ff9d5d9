package dev.tollgate.admin.virtualkey.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * How the values of one field on several levels, such as a project and its key, stand to each
 * other. A request must pass all levels, so that the stricter value holds; a key that asks for more
 * than a level above it grants is refused when it is written.
 */
sealed interface LevelRule {

  /**
   * Which parts of a key's value exceed a ceiling's: the empty text for the value itself, {@code
   * /2} for an entry of a list.
   */
  List<String> exceeded(JsonNode key, JsonNode ceiling);

  /** What holds where both hold. */
  JsonNode sum(JsonNode above, JsonNode below);

  private static List<String> itselfIf(boolean exceeds) {
    return exceeds ? List.of("") : List.of();
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  private static ArrayNode list(Iterable<String> texts) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    texts.forEach(list::add);
    return list;
  }

  /**
   * A permission or a demand.
   *
   * @param stricter the value that wins: false of a permission, true of a demand
   */
  record Flag(boolean stricter) implements LevelRule {
    @Override
    public List<String> exceeded(JsonNode key, JsonNode ceiling) {
      return itselfIf(ceiling.asBoolean() == stricter && key.asBoolean() != stricter);
    }

    @Override
    public JsonNode sum(JsonNode above, JsonNode below) {
      boolean strict = above.asBoolean() == stricter || below.asBoolean() == stricter;
      return BooleanNode.valueOf(strict == stricter);
    }
  }

  /** A number, of which the smallest wins. */
  record Smallest() implements LevelRule {
    @Override
    public List<String> exceeded(JsonNode key, JsonNode ceiling) {
      return itselfIf(key.decimalValue().compareTo(ceiling.decimalValue()) > 0);
    }

    @Override
    public JsonNode sum(JsonNode above, JsonNode below) {
      return below.decimalValue().compareTo(above.decimalValue()) <= 0 ? below : above;
    }
  }

  /**
   * From when on somebody is told of a limit of the level itself: nothing that a level above could
   * grant, and the earliest is told first.
   */
  record Earliest() implements LevelRule {
    @Override
    public List<String> exceeded(JsonNode key, JsonNode ceiling) {
      return List.of();
    }

    @Override
    public JsonNode sum(JsonNode above, JsonNode below) {
      return new Smallest().sum(above, below);
    }
  }

  /**
   * A list of what is allowed.
   *
   * @param denied the path of the list that takes something from it again; null: there is none
   */
  record Allowed(Coverage coverage, @Nullable String denied) implements LevelRule {

    /** Of two lists with more pairs than this only what one covers of the other is worked out. */
    private static final int MAX_PAIRS = 2_500;

    @Override
    public List<String> exceeded(JsonNode key, JsonNode ceiling) {
      return entries(key, coverage.by(texts(ceiling)).negate());
    }

    /** The entries of which the ceiling denies everything. */
    List<String> allDenied(JsonNode key, JsonNode ceilingDenies) {
      return entries(key, coverage.by(texts(ceilingDenies)));
    }

    private static List<String> entries(JsonNode key, Predicate<String> which) {
      List<String> wanted = texts(key);
      List<String> found = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        if (which.test(wanted.get(i))) {
          found.add("/" + i);
        }
      }
      return found;
    }

    @Override
    public JsonNode sum(JsonNode above, JsonNode below) {
      List<String> upper = texts(above);
      List<String> lower = texts(below);
      Set<String> both = new LinkedHashSet<>();
      lower.stream().filter(coverage.by(upper)).forEach(both::add);
      upper.stream().filter(coverage.by(lower)).forEach(both::add);
      if ((long) upper.size() * lower.size() <= MAX_PAIRS) {
        Predicate<String> covered = coverage.by(List.copyOf(both));
        lower.forEach(l ->
            upper.stream()
                .flatMap(u -> coverage.both(u, l).stream())
                .filter(covered.negate())
                .forEach(both::add));
      }
      return list(both);
    }
  }

  /** A list of what is denied: all of both. */
  record Denied() implements LevelRule {
    @Override
    public List<String> exceeded(JsonNode key, JsonNode ceiling) {
      return List.of();
    }

    @Override
    public JsonNode sum(JsonNode above, JsonNode below) {
      return list(Stream.concat(texts(above).stream(), texts(below).stream()).distinct().toList());
    }
  }

  /**
   * One value that a request must satisfy on each level; two different ones are shown as a list.
   *
   * @param exclusive whether no request can satisfy two different ones
   */
  record Each(boolean exclusive) implements LevelRule {
    @Override
    public List<String> exceeded(JsonNode key, JsonNode ceiling) {
      return itselfIf(exclusive && !key.equals(ceiling));
    }

    @Override
    public JsonNode sum(JsonNode above, JsonNode below) {
      List<String> values =
          Stream.of(above, below)
              .flatMap(value -> value.isArray() ? value.valueStream() : Stream.of(value))
              .map(JsonNode::asString)
              .distinct()
              .toList();
      return values.size() == 1 ? below : list(values);
    }
  }
}
