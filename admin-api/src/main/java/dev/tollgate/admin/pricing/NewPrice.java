package dev.tollgate.admin.pricing;

import dev.tollgate.admin.document.DocumentReader;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A price to be stored.
 *
 * @param effectiveFrom null: from now on
 * @param components see {@link PriceFields}
 */
record NewPrice(
    String provider,
    String model,
    @Nullable Instant effectiveFrom,
    ObjectNode components,
    @Nullable Long maxOutputTokens,
    @Nullable Long contextTokens,
    @Nullable String source,
    @Nullable LocalDate sourceDate) {

  private static final DocumentReader OVERRIDE = new DocumentReader(PriceFields.OVERRIDE);

  /**
   * What a body says, with all that is wrong with it.
   *
   * @throws dev.tollgate.admin.problem.ProblemException 400
   */
  static ObjectNode check(ObjectNode body, Instant now) {
    return OVERRIDE.read(body, now).orRefuse();
  }

  /** Of a document that {@link #check} has given. */
  static NewPrice of(ObjectNode document) {
    String effectiveFrom = document.path("effective_from").asString(null);
    String sourceDate = document.path("source_date").asString(null);
    return new NewPrice(
        document.required("provider").stringValue(),
        document.required("model").stringValue(),
        effectiveFrom == null ? null : Instant.parse(effectiveFrom),
        (ObjectNode) document.required("components"),
        count(document.path("max_output_tokens")),
        count(document.path("context_tokens")),
        document.path("source").asString(null),
        sourceDate == null ? null : LocalDate.parse(sourceDate));
  }

  private static @Nullable Long count(JsonNode value) {
    return value.isMissingNode() ? null : value.longValue();
  }
}
