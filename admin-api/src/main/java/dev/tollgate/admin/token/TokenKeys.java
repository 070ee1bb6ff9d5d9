package dev.tollgate.admin.token;

import dev.tollgate.admin.project.TokenLifetime;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.crypto.token.TokenSigningKey;
import dev.tollgate.crypto.token.TokenVerificationKey;
import io.r2dbc.postgresql.codec.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The public keys of project tokens, published where gateways and the JWKS find them. A key that
 * signs no more is retired, not removed: what it signed stays valid until it expires.
 */
@Component
class TokenKeys implements ApplicationRunner {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** The longest life of a token, with a day to spare. */
  private static final Duration RETIRED_KEYS_ARE_KEPT =
      TokenLifetime.LONGEST.duration().plusDays(1);

  private final DatabaseClient database;
  private final Transactions transactions;
  private final TokenSigningKey signingKey;
  private final Clock clock;

  TokenKeys(
      DatabaseClient database, Transactions transactions, TokenSigningKey signingKey, Clock clock) {
    this.database = database;
    this.transactions = transactions;
    this.signingKey = signingKey;
    this.clock = clock;
  }

  /**
   * Publishes the signing key before the application counts as started: a token must verify at
   * once.
   */
  @Override
  public void run(ApplicationArguments arguments) {
    publish().block(PATIENCE);
  }

  private Mono<Void> publish() {
    Instant now = clock.instant();
    return transactions.inOne(insert().then(retireOthers(now)).then(removeLongRetired(now)));
  }

  private Mono<Void> insert() {
    return database
        .sql(
            """
            INSERT INTO tollgate.token_signing_key AS key (kid, algorithm, public_jwk)
            VALUES (:kid, :algorithm, :public_jwk)
            ON CONFLICT (kid) DO UPDATE SET retired_at = NULL WHERE key.retired_at IS NOT NULL
            """)
        .bind("kid", signingKey.kid())
        .bind("algorithm", signingKey.algorithm().headerValue())
        .bind("public_jwk", Json.of(signingKey.publicJwk()))
        .then();
  }

  private Mono<Void> retireOthers(Instant now) {
    return database
        .sql(
            """
            UPDATE tollgate.token_signing_key SET retired_at = :now WHERE kid <> :kid AND retired_at IS NULL
            """)
        .bind("now", now)
        .bind("kid", signingKey.kid())
        .then();
  }

  private Mono<Void> removeLongRetired(Instant now) {
    return database
        .sql("DELETE FROM tollgate.token_signing_key WHERE retired_at < :long_ago")
        .bind("long_ago", now.minus(RETIRED_KEYS_ARE_KEPT))
        .then();
  }

  /** The keys of all tokens that may still be valid, the signing one first. */
  Mono<List<TokenVerificationKey>> published() {
    return database
        .sql(
            """
            SELECT public_jwk::text AS public_jwk FROM tollgate.token_signing_key
             ORDER BY retired_at DESC NULLS FIRST, created_at DESC
            """)
        .map(row -> TokenVerificationKey.parse(Rows.text(row, "public_jwk")))
        .all()
        .collectList();
  }
}
