package dev.tollgate.admin.access;

import dev.tollgate.admin.schema.Rows;
import dev.tollgate.crypto.token.KeyDigest;
import dev.tollgate.crypto.token.KeyDigester;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds the admin key that was presented, among those that are neither revoked nor expired. */
@Component
class AdminKeyLookup {

  // A key of a member is worth what the member is worth now.
  private static final String FIND =
      """
      SELECT k.id, k.member_id, k.organization_id, coalesce(m.role, k.role) AS role,
             CASE WHEN m.id IS NULL THEN k.project_ids ELSE m.project_ids || ARRAY(
               SELECT unnest(t.project_ids) FROM tollgate.team t
                WHERE t.id = ANY (m.team_ids) AND t.deleted_at IS NULL) END AS project_ids,
             m.team_ids
      FROM tollgate.admin_key k
        LEFT JOIN tollgate.organization o ON o.id = k.organization_id
        LEFT JOIN tollgate.member m ON m.id = k.member_id
      WHERE k.digest = :digest AND k.pepper_version = :pepper AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now()) AND o.deleted_at IS NULL
        AND m.deleted_at IS NULL AND m.disabled IS NOT TRUE\
      """;

  private final DatabaseClient database;
  private final KeyDigester digester;

  AdminKeyLookup(DatabaseClient database, KeyDigester digester) {
    this.database = database;
    this.digester = digester;
  }

  Mono<Optional<AdminKeyHolder>> find(String presented) {
    List<KeyDigest> candidates = digester.candidates(presented);
    return Flux.fromIterable(candidates)
        .concatMap(this::find)
        .next()
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  private Mono<AdminKeyHolder> find(KeyDigest digest) {
    return database
        .sql(FIND)
        .bind("digest", digest.value())
        .bind("pepper", digest.pepperVersion())
        .map(AdminKeyLookup::holder)
        .one();
  }

  private static AdminKeyHolder holder(Readable row) {
    return new AdminKeyHolder(
        Rows.text(row, "id"),
        new MemberRights(
            row.get("member_id", String.class),
            Role.ofText(Rows.text(row, "role")),
            row.get("organization_id", String.class),
            Set.copyOf(Rows.texts(row, "project_ids")),
            Set.copyOf(Rows.texts(row, "team_ids"))));
  }

  /** What an admin key stands for. */
  record AdminKeyHolder(String id, MemberRights rights) {}
}
