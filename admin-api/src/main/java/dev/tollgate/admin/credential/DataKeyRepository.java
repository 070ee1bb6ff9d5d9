package dev.tollgate.admin.credential;

import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.crypto.envelope.WrappedDataKey;
import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.data_key}, one an owner. */
@Component
class DataKeyRepository {

  private static final String FIND =
      """
      SELECT id, kek_id, wrapped FROM tollgate.data_key
      WHERE organization_id = :organization AND project_id IS NOT DISTINCT FROM :project::text\
      """;

  /**
   * Of two transactions that make an owner's first key, the second waits and then finds the
   * first's.
   */
  private static final String INSERT =
      """
      INSERT INTO tollgate.data_key (id, organization_id, project_id, kek_id, wrapped)
      VALUES (:id, :organization, :project, :kek, :wrapped)
      ON CONFLICT (organization_id, project_id) DO NOTHING\
      """;

  private final DatabaseClient database;

  DataKeyRepository(DatabaseClient database) {
    this.database = database;
  }

  /** Empty if the owner has none yet. */
  Mono<WrappedDataKey> find(Scope owner) {
    return bindOwner(database.sql(FIND), owner).map(DataKeyRepository::wrapped).one();
  }

  /** Does nothing if the owner has one by now. */
  Mono<Void> insert(Scope owner, WrappedDataKey key) {
    return bindOwner(database.sql(INSERT), owner)
        .bind("id", key.id())
        .bind("kek", key.kekId())
        .bind("wrapped", key.bytes())
        .then();
  }

  private static GenericExecuteSpec bindOwner(GenericExecuteSpec statement, Scope owner) {
    return Rows.bind(
        statement.bind("organization", owner.organizationId()),
        "project",
        owner.projectId(),
        String.class);
  }

  private static WrappedDataKey wrapped(Readable row) {
    return new WrappedDataKey(
        Rows.text(row, "id"),
        Rows.text(row, "kek_id"),
        Rows.required(row, "wrapped", byte[].class));
  }
}
