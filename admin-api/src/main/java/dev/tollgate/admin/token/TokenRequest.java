package dev.tollgate.admin.token;

import static dev.tollgate.admin.document.Field.enforced;
import static dev.tollgate.admin.document.TextRules.environmentName;
import static dev.tollgate.admin.document.ValueRules.duration;
import static dev.tollgate.admin.document.ValueRules.money;
import static dev.tollgate.admin.document.ValueRules.text;
import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.tollgate.admin.document.DocumentCheck;
import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.DocumentShape;
import dev.tollgate.admin.document.Usd;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.TokenLifetime;
import dev.tollgate.admin.virtualkey.FeatureScope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is asked of a new token.
 *
 * @param asked how long it is to last; null: a day, or as long as the project allows if that is
 *     less
 * @param environment null: none
 * @param scope the features that it is narrowed to; empty: not narrowed
 * @param maxCostMicroUsd all that it may ever cost; null: no limit of its own
 */
record TokenRequest(
    @Nullable Duration asked,
    @Nullable String environment,
    Set<String> scope,
    @Nullable Long maxCostMicroUsd,
    ObjectNode metadata) {
  private static final Duration DEFAULT_TTL = Duration.ofHours(24);
  private static final int MAX_METADATA = 32;

  static final DocumentShape SHAPE =
      new DocumentShape(
          List.of(
              enforced("/ttl", duration(Duration.ofSeconds(1), TokenLifetime.LONGEST.duration())),
              enforced("/environment", environmentName()),
              enforced("/scope", FeatureScope.rule()),
              enforced("/max_cost", money()),
              enforced("/metadata/*", text(512))),
          List.of(),
          List.of(DocumentCheck.maxMembers("metadata", MAX_METADATA)));

  private static final DocumentReader READER = new DocumentReader(SHAPE);

  static TokenRequest of(ObjectNode body, Instant now) {
    ObjectNode read = READER.read(body, now).orRefuse();
    return new TokenRequest(
        read.has("ttl") ? Duration.ofSeconds(read.required("ttl").longValue()) : null,
        read.path("environment").asString(null),
        read.path("scope").valueStream().map(JsonNode::stringValue).collect(toUnmodifiableSet()),
        read.has("max_cost") ? Usd.toMicros(read.required("max_cost").decimalValue()) : null,
        read.get("metadata") instanceof ObjectNode metadata
            ? metadata
            : JsonNodeFactory.instance.objectNode());
  }

  /**
   * How long the token lasts.
   *
   * @throws ProblemException 422 {@code exceeds_max_token_ttl} if more is asked for than the
   *     project allows
   */
  Duration ttl(TokenLifetime allowed) {
    Duration longest = allowed.duration();
    if (asked == null) {
      return DEFAULT_TTL.compareTo(longest) < 0 ? DEFAULT_TTL : longest;
    }
    if (asked.compareTo(longest) > 0) {
      throw ProblemException.unprocessable(
          "/ttl", "exceeds_max_token_ttl", "is longer than the project's max_token_ttl");
    }
    return asked;
  }
}
