package dev.tollgate.admin.credential;

import dev.tollgate.admin.project.OwnSecrets;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.crypto.envelope.BodyBinding;
import dev.tollgate.crypto.envelope.EnvelopeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Sees that each project has its data key, and opens the bodies that gateways sealed under it. */
@Component
public class ProjectVault implements OwnSecrets, SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ProjectVault.class);

  /** Projects of versions that made the key with the first secret. */
  private static final String WITHOUT =
      """
      SELECT p.organization_id, p.id FROM tollgate.project p
      WHERE p.deleted_at IS NULL AND NOT EXISTS (SELECT FROM tollgate.data_key k WHERE k.project_id = p.id)\
      """;

  private final Vault vault;
  private final DatabaseClient database;
  private final Transactions transactions;
  private volatile boolean running;

  ProjectVault(Vault vault, DatabaseClient database, Transactions transactions) {
    this.vault = vault;
    this.database = database;
    this.transactions = transactions;
  }

  @Override
  public Mono<Void> prepare(Scope project) {
    return vault.dataKeyFor(project).then();
  }

  /** Fails with {@link EnvelopeException} if it does not open; empty if the key is shredded. */
  public Mono<byte[]> open(byte[] sealed, BodyBinding binding) {
    return vault
        .existing(new Scope(binding.organizationId(), binding.projectId()))
        .map(key -> key.openBody(sealed, binding));
  }

  @Override
  public void start() {
    running = true;
    database
        .sql(WITHOUT)
        .map(row -> new Scope(Rows.text(row, "organization_id"), Rows.text(row, "id")))
        .all()
        .collectList()
        .flatMapIterable(projects -> projects)
        .concatMap(project -> transactions.inOne(prepare(project)))
        .subscribe(_ -> {}, failure -> log.warn("projects lack data keys: {}", failure.toString()));
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
