package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.credential.SealedSecret;
import dev.tollgate.admin.schema.Rows;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.signing_secret}. */
@Component
class SigningSecretRepository {
  private final DatabaseClient database;

  SigningSecretRepository(DatabaseClient database) {
    this.database = database;
  }

  /** The version that the key's next secret has; earlier ones may be gone. */
  Mono<Integer> nextVersion(String keyId) {
    return database
        .sql(
            "SELECT coalesce(max(version), 0) + 1 AS version FROM tollgate.signing_secret WHERE key_id = :key")
        .bind("key", keyId)
        .map(row -> Rows.number(row, "version"))
        .one();
  }

  Mono<Void> insert(
      String keyId, int version, @Nullable String projectId, SealedSecret sealed, Instant now) {
    DatabaseClient.GenericExecuteSpec statement =
        database
            .sql(
                """
                INSERT INTO tollgate.signing_secret (key_id, version, project_id, sealed, data_key_id, created_at)
                VALUES (:key, :version, :project, :sealed, :data_key, :now)
                """)
            .bind("key", keyId)
            .bind("version", version)
            .bind("sealed", sealed.bytes())
            .bind("data_key", sealed.dataKeyId())
            .bind("now", now);
    return Rows.bind(statement, "project", projectId, String.class).then();
  }

  /** Gives every secret of the key an end, none a later one than it had; what has ended goes. */
  Mono<Void> end(String keyId, Instant end, Instant now) {
    return database
        .sql(
            """
            UPDATE tollgate.signing_secret SET valid_until = :end
             WHERE key_id = :key AND (valid_until IS NULL OR valid_until > :end)
            """)
        .bind("key", keyId)
        .bind("end", end)
        .then()
        .then(
            database
                .sql(
                    "DELETE FROM tollgate.signing_secret WHERE key_id = :key AND valid_until <= :now")
                .bind("key", keyId)
                .bind("now", now)
                .then());
  }
}
