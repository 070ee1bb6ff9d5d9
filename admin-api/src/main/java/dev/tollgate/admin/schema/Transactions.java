package dev.tollgate.admin.schema;

import java.time.Duration;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/**
 * Runs work in one database transaction, or in the one that is already open. The time limit is the
 * client's side of statement_timeout: a server that is frozen, not down, answers nothing at all.
 */
@Component
public class Transactions {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final TransactionalOperator operator;

  Transactions(TransactionalOperator operator) {
    this.operator = operator;
  }

  /** Commits when {@code work} completes; rolls back when it fails or is cancelled. */
  public <T> Mono<T> inOne(Mono<T> work) {
    return operator.transactional(work).timeout(LIMIT);
  }
}
