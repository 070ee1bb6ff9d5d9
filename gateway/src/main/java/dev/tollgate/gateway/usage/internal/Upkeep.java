package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.AfterStoring;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Does what is to be done while no usage row is being stored. One part that fails keeps no other
 * from its turn. The log tells of it once: whoever depends on it only knows that it has not come.
 */
final class Upkeep {

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  private final Supplier<Stream<AfterStoring>> parts;
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  Upkeep(Supplier<Stream<AfterStoring>> parts) {
    this.parts = parts;
  }

  /** Never fails. */
  Mono<Void> betweenBatches() {
    return each(AfterStoring::betweenBatches);
  }

  /** Never fails. */
  Mono<Void> atTheEnd() {
    return each(AfterStoring::atTheEnd);
  }

  private Mono<Void> each(Function<AfterStoring, Mono<Void>> work) {
    return Flux.defer(() -> Flux.fromStream(parts.get()))
        .concatMap(part -> told(part.getClass().getSimpleName(), work, part))
        .then();
  }

  private Mono<Void> told(String name, Function<AfterStoring, Mono<Void>> work, AfterStoring part) {
    return Mono.defer(() -> work.apply(part))
        .doOnSuccess(done -> works(name))
        .onErrorResume(failure -> Mono.fromRunnable(() -> fails(name, failure)));
  }

  private void works(String name) {
    if (failing.remove(name)) {
      log.info("{} works again between batches of usage rows", name);
    }
  }

  private void fails(String name, Throwable failure) {
    if (failing.add(name)) {
      log.error(
          "{} fails between batches of usage rows and is tried again: {}",
          name,
          failure.toString());
    }
  }
}
