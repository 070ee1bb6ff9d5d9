package dev.tollgate.admin.credential;

import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import java.util.List;
import java.util.Map;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.credential_version}. */
@Component
class VersionRepository {

  /** How many versions of a value are kept for a restore. */
  private static final int KEPT = 20;

  private static final String SELECT =
      """
      SELECT version AS value_version, sealed, data_key_id, allowed_hosts, fields, masks, current,
        CASE WHEN valid_until > now() THEN valid_until END AS valid_until,
        created_by AS value_created_by, created_at AS value_created_at
      FROM tollgate.credential_version WHERE credential_id = :id
      """;
  private static final String INSERT =
      """
      INSERT INTO tollgate.credential_version (credential_id, version, sealed, data_key_id,
        allowed_hosts, fields, masks, current, created_by)
      VALUES (:id, :version, :sealed, :dataKey, :hosts, :fields, :masks, true, :by)\
      """;

  /** The one in use becomes the fallback, if there is a grace period; an older fallback ends. */
  private static final String RETIRE =
      """
      UPDATE tollgate.credential_version SET current = false,
        valid_until = CASE WHEN current AND :hours > 0 THEN now() + make_interval(hours => :hours) END
      WHERE credential_id = :id AND (current OR valid_until IS NOT NULL)\
      """;

  private static final String PRUNE =
      "DELETE FROM tollgate.credential_version WHERE credential_id = :id AND version <= :oldest";

  private final DatabaseClient database;
  private final Jsonb jsonb;
  private final ValueRows values;

  VersionRepository(DatabaseClient database, Jsonb jsonb, ValueRows values) {
    this.database = database;
    this.jsonb = jsonb;
    this.values = values;
  }

  /** What is stored of a new version, which is the current one from then on. */
  record NewVersion(
      String credentialId,
      int version,
      SealedSecret sealed,
      List<String> allowedHosts,
      Map<String, String> clear,
      Map<String, String> masks,
      String createdBy) {}

  Mono<Void> insert(NewVersion row) {
    return database
        .sql(INSERT)
        .bind("id", row.credentialId())
        .bind("version", row.version())
        .bind("sealed", row.sealed().bytes())
        .bind("dataKey", row.sealed().dataKeyId())
        .bind("hosts", Rows.array(row.allowedHosts()))
        .bind("fields", jsonb.of(row.clear()))
        .bind("masks", jsonb.of(row.masks()))
        .bind("by", row.createdBy())
        .then();
  }

  /** Puts another version in the place of the current one. */
  Mono<Void> replace(NewVersion row, int graceHours) {
    return database
        .sql(RETIRE)
        .bind("id", row.credentialId())
        .bind("hours", graceHours)
        .then()
        .then(insert(row))
        .then(prune(row));
  }

  private Mono<Void> prune(NewVersion row) {
    return database
        .sql(PRUNE)
        .bind("id", row.credentialId())
        .bind("oldest", row.version() - KEPT)
        .then();
  }

  /** Newest first. */
  Flux<StoredValue> list(String credentialId) {
    return database
        .sql(SELECT + "ORDER BY version DESC")
        .bind("id", credentialId)
        .map(values::read)
        .all();
  }

  Mono<StoredValue> find(String credentialId, int version) {
    return database
        .sql(SELECT + "AND version = :version")
        .bind("id", credentialId)
        .bind("version", version)
        .map(values::read)
        .one();
  }

  /** The number of the newest version, which may not be the current one's for ever. */
  Mono<Integer> newest(String credentialId) {
    return database
        .sql(
            "SELECT max(version) AS newest FROM tollgate.credential_version WHERE credential_id = :id")
        .bind("id", credentialId)
        .map(row -> Rows.number(row, "newest"))
        .one();
  }
}
