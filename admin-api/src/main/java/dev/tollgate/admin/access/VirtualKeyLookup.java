package dev.tollgate.admin.access;

import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import io.r2dbc.spi.Readable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * Finds the virtual key that calls for itself, if it may be used at all right now. A right is
 * granted if some document over the key grants it and none of them refuses it.
 */
@Component
class VirtualKeyLookup {

  private static final String FIND =
      """
      SELECT k.key_id, k.organization_id, k.project_ids, k.policy, k.team_policy,
             (SELECT jsonb_agg(d) FROM gateway_v1.project p
                CROSS JOIN LATERAL (VALUES (p.policy), (p.organization_policy)) AS document (d)
               WHERE p.project_id = ANY (k.project_ids) AND d IS NOT NULL) AS above
      FROM gateway_v1.virtual_key k
      WHERE k.digest = :digest AND k.pepper_version = :pepper AND NOT k.pending_approval
        AND (k.revoked_at IS NULL OR k.revoked_at > now())
        AND (k.expires_at IS NULL OR k.expires_at > now())
        AND (k.digest_valid_until IS NULL OR k.digest_valid_until > now())
        AND (NOT k.disabled OR k.auto_enable_at <= now())\
      """;

  private final DatabaseClient database;
  private final KeyDigester digester;
  private final Jsonb jsonb;

  VirtualKeyLookup(DatabaseClient database, KeyDigester digester, Jsonb jsonb) {
    this.database = database;
    this.digester = digester;
    this.jsonb = jsonb;
  }

  /** Empty if there is none, or it may not be used. */
  Mono<VirtualKeyHolder> find(String presented) {
    return Flux.fromIterable(digester.candidates(presented)).concatMap(this::find).next();
  }

  private Mono<VirtualKeyHolder> find(KeyDigest digest) {
    return database
        .sql(FIND)
        .bind("digest", digest.value())
        .bind("pepper", digest.pepperVersion())
        .map(this::holder)
        .one();
  }

  private VirtualKeyHolder holder(Readable row) {
    return new VirtualKeyHolder(
        Rows.text(row, "key_id"),
        Rows.text(row, "organization_id"),
        Set.copyOf(Rows.texts(row, "project_ids")),
        documents(row));
  }

  private List<JsonNode> documents(Readable row) {
    JsonNode above = jsonb.read(row, "above");
    Stream<@Nullable JsonNode> own =
        Stream.of(jsonb.read(row, "policy"), jsonb.read(row, "team_policy"));
    Stream<JsonNode> others = above == null ? Stream.of() : above.valueStream();
    return Stream.concat(own, others).filter(document -> document != null).toList();
  }

  private static Set<KeyRight> rights(List<JsonNode> documents) {
    Set<KeyRight> granted = EnumSet.noneOf(KeyRight.class);
    for (KeyRight right : KeyRight.values()) {
      List<JsonNode> said =
          documents.stream()
              .map(document -> document.at("/permissions/data_access/" + right.field()))
              .filter(flag -> !flag.isMissingNode())
              .toList();
      if (!said.isEmpty() && said.stream().allMatch(JsonNode::booleanValue)) {
        granted.add(right);
      }
    }
    return granted;
  }

  /**
   * What a virtual key stands for.
   *
   * @param documents of the organization, the team, the projects and the key
   */
  record VirtualKeyHolder(
      String id, String organizationId, Set<String> projectIds, List<JsonNode> documents) {

    Set<KeyRight> rights() {
      return VirtualKeyLookup.rights(documents);
    }
  }
}
