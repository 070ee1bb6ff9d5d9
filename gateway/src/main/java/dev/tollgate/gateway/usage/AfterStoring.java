package dev.tollgate.gateway.usage;

import reactor.core.publisher.Mono;

/**
 * What has to be done while no usage row is being stored. Called again and again, never twice at
 * once.
 */
public interface AfterStoring {

  /**
   * Between two batches; the first time once all rows are stored that an earlier process has left.
   * If it fails it is called again later.
   */
  Mono<Void> betweenBatches();

  /** The process ends, and every row of it is stored. */
  Mono<Void> atTheEnd();
}
