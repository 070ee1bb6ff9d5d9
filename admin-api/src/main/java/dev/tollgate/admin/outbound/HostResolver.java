package dev.tollgate.admin.outbound;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Looks names up; the system's resolver blocks, so it runs aside. */
@Component
class HostResolver {

  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** Every address of the name; none if there is none or the look-up takes too long. */
  Mono<List<InetAddress>> resolve(String host) {
    return Mono.fromCallable(() -> List.of(InetAddress.getAllByName(host)))
        .subscribeOn(Schedulers.boundedElastic())
        .timeout(LONGEST)
        .onErrorResume(_ -> Mono.just(List.of()));
  }
}
