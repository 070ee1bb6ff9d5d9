package dev.tollgate.admin.pricing;

import static dev.tollgate.admin.document.Field.enforced;
import static dev.tollgate.admin.document.Field.later;

import dev.tollgate.admin.document.At;
import dev.tollgate.admin.document.DocumentCheck;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.document.ErrorCodes;
import dev.tollgate.admin.document.Field;
import dev.tollgate.admin.document.Rfc3339;
import dev.tollgate.admin.document.TextRules;
import dev.tollgate.admin.document.ValueRule;
import dev.tollgate.admin.document.ValueRules;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What may be said of a price, and what each value must look like. */
final class PriceFields {

  /** Per million tokens. Absent: as {@code input}, or as {@code output}. */
  static final List<String> OF_TOKENS =
      List.of(
          "input",
          "cached_input",
          "cache_write",
          "cache_write_1h",
          "output",
          "reasoning",
          "audio_input",
          "audio_output",
          "image_input",
          "image_output");

  /** Per million tokens; no gateway charges them yet. */
  private static final List<String> LATER_PER_MILLION = List.of("batch_input", "batch_output");

  /** Apiece: a second of sound, a request, a search, a request that searches, an image. */
  private static final List<String> APIECE =
      List.of(
          "audio_second",
          "request",
          "web_search",
          "web_search_preview",
          "web_search_request",
          "file_search",
          "image",
          "image_variants/*");

  private static final BigDecimal MOST = new BigDecimal(1_000_000);
  private static final long MOST_TOKENS = 1_000_000_000;
  private static final int MOST_TIERS = 8;
  private static final int MOST_VARIANTS = 64;

  /** A second of sound costs less than a ten-thousandth of a dollar. */
  private static final int DECIMALS_APIECE = 12;

  private static final int DECIMALS_PER_MILLION = 6;

  /** A model's name, or the beginning of one and a star: printable, without blanks. */
  private static final Pattern MODEL = Pattern.compile("[!-~&&[^*]]{1,255}\\*?");

  private static final String ANY = "*";

  private static final Pattern VARIANT = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

  /** The usual one has its prices in the document itself. */
  private static final Pattern SERVICE_TIER =
      Pattern.compile(
          "(?!(auto|unspecified|default|standard|standard_only|on_demand)$)[a-z][a-z0-9_]{0,31}");

  /** Mean nothing without other prices. */
  private static final Set<String> BESIDE = Set.of("tiers", "service_tiers");

  private static final BigDecimal MOST_TIMES = new BigDecimal(100);
  private static final int DECIMALS_OF_TIMES = 4;

  /** An override, as it is posted. */
  static final DocumentShape OVERRIDE = shape(modelOrAny(), ValueRules.futureTime());

  /** A row of the catalogue, in force since whenever. */
  static final DocumentShape SHIPPED = shape(model(), anyTime());

  private PriceFields() {}

  private static DocumentShape shape(ValueRule model, ValueRule effectiveFrom) {
    List<Field> fields = new ArrayList<>();
    fields.add(enforced("/organization_id", ValueRules.id("org_")));
    fields.add(enforced("/provider", ValueRules.line(64)));
    fields.add(enforced("/model", model));
    fields.add(enforced("/effective_from", effectiveFrom));
    fields.addAll(components("/components"));
    fields.add(enforced("/max_output_tokens", ValueRules.wholeNumber(1, MOST_TOKENS)));
    fields.add(enforced("/context_tokens", ValueRules.wholeNumber(1, MOST_TOKENS)));
    fields.add(enforced("/source", ValueRules.line(500)));
    fields.add(enforced("/source_date", date()));
    return new DocumentShape(
        fields,
        List.of(),
        List.of(
            DocumentCheck.required("provider"),
            DocumentCheck.required("model"),
            DocumentCheck.required("components"),
            PriceFields::hasABasePrice,
            PriceFields::fewVariants,
            PriceFields::fewServiceTiers));
  }

  private static List<Field> components(String at) {
    List<Field> fields = new ArrayList<>();
    OF_TOKENS.forEach(name -> fields.add(enforced(at + "/" + name, perMillion())));
    fields.add(enforced(at + "/characters", perMillion()));
    APIECE.forEach(name -> fields.add(enforced(at + "/" + name, apiece())));
    LATER_PER_MILLION.forEach(name -> fields.add(later(at + "/" + name, perMillion())));
    fields.add(enforced(at + "/service_tiers/*", PriceFields::serviceTier));
    fields.add(enforced(at + "/tiers", ValueRules.someOf(MOST_TIERS, PriceFields::tier)));
    return fields;
  }

  private static ValueRule perMillion() {
    return ValueRules.usd(MOST, DECIMALS_PER_MILLION);
  }

  private static ValueRule apiece() {
    return ValueRules.usd(MOST, DECIMALS_APIECE);
  }

  private static ValueRule model() {
    return TextRules.canonical(
        TextRules.matching(MODEL),
        "must be a model's name of up to 255 printable characters, * at its end only");
  }

  /** Or the price of the provider's models that have none, for {@code charge_default}. */
  private static ValueRule modelOrAny() {
    ValueRule name = model();
    return (value, at) ->
        value.isString() && value.stringValue().equals(ANY) ? value : name.read(value, at);
  }

  private static ValueRule anyTime() {
    return TextRules.canonical(
        text -> Rfc3339.parse(text).map(Instant::toString), "must be an RFC 3339 time");
  }

  private static ValueRule date() {
    return TextRules.canonical(PriceFields::isoDate, "must be a date such as 2026-08-21");
  }

  private static Optional<String> isoDate(String text) {
    try {
      return text.matches("[12]\\d{3}-\\d\\d-\\d\\d")
          ? Optional.of(LocalDate.parse(text).toString())
          : Optional.empty();
    } catch (DateTimeException notADay) {
      return Optional.empty();
    }
  }

  /** Prices that hold for a whole request whose input is longer than {@code above_input_tokens}. */
  private static JsonNode tier(JsonNode value, At at) {
    if (!(value instanceof ObjectNode tier)) {
      return at.wrongType("an object");
    }
    ObjectNode kept = tier.objectNode();
    tier.forEachEntry((name, price) -> kept.set(name, member(name, price, at.member(name))));
    if (!tier.has("above_input_tokens")) {
      at.member("above_input_tokens").note(ErrorCodes.REQUIRED, "is required");
    }
    if (tier.size() < 2) {
      at.note(ErrorCodes.REQUIRED, "must name a price");
    }
    return kept;
  }

  private static JsonNode member(String name, JsonNode value, At at) {
    return name.equals("above_input_tokens")
        ? ValueRules.wholeNumber(1, MOST_TOKENS).read(value, at)
        : ofTokens(name, value, at);
  }

  private static JsonNode ofTokens(String name, JsonNode value, At at) {
    if (!OF_TOKENS.contains(name)) {
      at.note(ErrorCodes.UNKNOWN_FIELD, "is not a field of this document");
      return value;
    }
    return perMillion().read(value, at);
  }

  /** How many times as dear all tokens are, or prices that hold instead. */
  private static JsonNode serviceTier(JsonNode value, At at) {
    if (!(value instanceof ObjectNode tier)) {
      return ValueRules.usd(MOST_TIMES, DECIMALS_OF_TIMES).read(value, at);
    }
    ObjectNode kept = tier.objectNode();
    tier.forEachEntry((name, price) -> kept.set(name, ofTokens(name, price, at.member(name))));
    if (tier.isEmpty()) {
      at.note(ErrorCodes.REQUIRED, "must name a price");
    }
    return kept;
  }

  private static void hasABasePrice(ObjectNode document, At root) {
    JsonNode components = document.path("components");
    boolean priced =
        components.propertyStream().anyMatch(member -> !BESIDE.contains(member.getKey()));
    if (components.isObject() && !priced) {
      root.member("components").note(ErrorCodes.REQUIRED, "must name a price");
    }
    JsonNode tiers = components.path("tiers");
    for (int i = 1; i < tiers.size(); i++) {
      if (above(tiers, i) <= above(tiers, i - 1)) {
        root.member("components")
            .member("tiers")
            .item(i)
            .member("above_input_tokens")
            .note(ErrorCodes.INVALID_VALUE, "must be above the one before");
      }
    }
  }

  private static long above(JsonNode tiers, int i) {
    return tiers.get(i).path("above_input_tokens").longValue();
  }

  private static void fewServiceTiers(ObjectNode document, At root) {
    JsonNode tiers = document.path("components").path("service_tiers");
    JsonNode components = document.path("components");
    if (!tiers.isEmpty() && !components.has("input") && !components.has("output")) {
      root.member("components").note(ErrorCodes.REQUIRED, "must name a price of tokens");
    }
    At at = root.member("components").member("service_tiers");
    if (tiers.size() > MOST_TIERS) {
      at.note(ErrorCodes.INVALID_VALUE, "must have at most " + MOST_TIERS + " members");
    }
    tiers.forEachEntry((name, _) -> {
      if (!SERVICE_TIER.matcher(name).matches()) {
        at.member(name)
            .note(ErrorCodes.INVALID_VALUE, "must be a tier beside the usual one, as priority is");
      }
    });
  }

  private static void fewVariants(ObjectNode document, At root) {
    JsonNode variants = document.path("components").path("image_variants");
    At at = root.member("components").member("image_variants");
    if (variants.size() > MOST_VARIANTS) {
      at.note(ErrorCodes.INVALID_VALUE, "must have at most " + MOST_VARIANTS + " members");
    }
    variants.forEachEntry((name, _) -> {
      if (!VARIANT.matcher(name).matches()) {
        at.member(name).note(ErrorCodes.INVALID_VALUE, "must be named as 1024x1024:high is");
      }
    });
  }
}
