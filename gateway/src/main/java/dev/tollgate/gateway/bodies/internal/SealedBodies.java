package dev.tollgate.gateway.bodies.internal;

import dev.tollgate.crypto.envelope.BodyBinding;
import dev.tollgate.gateway.bodies.KeptBody;
import dev.tollgate.gateway.credentials.DataKeys;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Seals bodies under their project's data key, and stores them. */
final class SealedBodies {

  private final DataKeys dataKeys;
  private final BodyStatements statements;
  private final Scheduler sealing;

  /**
   * @param sealing where megabytes are sealed
   */
  SealedBodies(DataKeys dataKeys, DatabaseClient database, Scheduler sealing) {
    this.dataKeys = dataKeys;
    this.statements = new BodyStatements(database);
    this.sealing = sealing;
  }

  /** Storing one twice is harmless. */
  Mono<Void> store(KeptBody body) {
    return dataKeys
        .open(body.dataKey(), binding(body).owner())
        .publishOn(sealing)
        .flatMap(key -> statements.insert(body, key.sealBody(body.bytes(), binding(body))));
  }

  private static BodyBinding binding(KeptBody body) {
    return new BodyBinding(body.organizationId(), body.projectId(), body.id(), body.part().id());
  }
}
