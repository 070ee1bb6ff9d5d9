package dev.tollgate.admin.idempotency;

import dev.tollgate.admin.idempotency.Idempotency.Attempt;
import dev.tollgate.admin.idempotency.Idempotency.StoredAnswer;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.crypto.token.KeyDigest;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The rows of {@code tollgate.idempotency}. */
@Component
class StoredAnswers {

  private static final String FIND =
      """
      SELECT pepper_version, request_digest, status, answer FROM tollgate.idempotency
      WHERE caller_id = :caller AND idempotency_key = :key AND created_at > now() - interval '24 hours'
        AND (status <> 100 OR created_at > now() - interval '1 minute')\
      """;
  private static final String RELEASE =
      """
      DELETE FROM tollgate.idempotency
      WHERE caller_id = :caller AND idempotency_key = :key AND status = 100\
      """;

  /** A row older than 24 h, not pruned yet, gives way. */
  private static final String STORE =
      """
      INSERT INTO tollgate.idempotency (caller_id, idempotency_key, pepper_version, request_digest, status, answer)
      VALUES (:caller, :key, :pepper, :digest, :status, :answer)
      ON CONFLICT (caller_id, idempotency_key) DO UPDATE SET pepper_version = excluded.pepper_version,
        request_digest = excluded.request_digest, status = excluded.status, answer = excluded.answer,
        created_at = now()\
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;

  StoredAnswers(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  /** Holds the key until the end of the transaction; fails with 409 if another one holds it. */
  Mono<Void> lock(Attempt attempt) {
    return database
        .sql("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 7)) AS locked")
        .bind("name", attempt.callerId() + "\n" + attempt.key())
        .map(row -> Rows.required(row, "locked", Boolean.class))
        .one()
        .flatMap(locked -> locked ? Mono.empty() : Mono.error(inFlight()));
  }

  Mono<Optional<StoredAnswer>> find(Attempt attempt) {
    return database
        .sql(FIND)
        .bind("caller", attempt.callerId())
        .bind("key", attempt.key())
        .map(this::stored)
        .one()
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  Mono<Void> store(Attempt attempt, HttpStatus status, @Nullable Object answer) {
    KeyDigest digest = attempt.digests().getFirst();
    GenericExecuteSpec statement =
        database
            .sql(STORE)
            .bind("caller", attempt.callerId())
            .bind("key", attempt.key())
            .bind("pepper", digest.pepperVersion())
            .bind("digest", digest.value())
            .bind("status", status.value());
    return Rows.bind(statement, "answer", answer == null ? null : jsonb.of(answer), Json.class)
        .then();
  }

  /**
   * Takes the key beyond the end of the transaction, for work that runs in none: until it is
   * answered or released, or for a minute if this process dies.
   */
  Mono<Void> claim(Attempt attempt) {
    return store(attempt, HttpStatus.CONTINUE, null);
  }

  /** Gives a claimed key back, so that the work can be asked for again. */
  Mono<Void> release(Attempt attempt) {
    return database
        .sql(RELEASE)
        .bind("caller", attempt.callerId())
        .bind("key", attempt.key())
        .then();
  }

  private StoredAnswer stored(Readable row) {
    return new StoredAnswer(
        new KeyDigest(
            Rows.number(row, "pepper_version"), Rows.required(row, "request_digest", byte[].class)),
        Rows.number(row, "status"),
        jsonb.read(row, "answer"));
  }

  static ProblemException inFlight() {
    return ProblemException.conflict(
        "idempotency_in_flight", "A request with this Idempotency-Key is still being answered.");
  }
}
