package dev.tollgate.admin.team;

import dev.tollgate.admin.access.Caller;
import reactor.core.publisher.Mono;

/** The keys of teams; whoever keeps keys provides this. */
@FunctionalInterface
public interface TeamKeys {

  /**
   * After the team was given projects that it did not have: its keys that hold in all of its
   * projects are no longer as they were approved, and wait where an approval is asked for.
   *
   * @param before the team with the projects that it had
   */
  Mono<Void> widened(Team before, Caller caller);
}
