package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.concurrency.internal.PermitScripts.Taken;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.redis.SeldomLog;
import dev.tollgate.gateway.redis.WhenAway;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The permits of all gateways on one Redis, in one round trip, by its clock. While it is away, each
 * gateway goes by what its own requests hold.
 */
final class RedisPermits implements PermitStore {

  private static final Logger log = LoggerFactory.getLogger(RedisPermits.class);

  private final SeldomLog complaints = new SeldomLog(log, System::nanoTime);
  private final PermitScripts scripts;
  private final LeaseKeeper keeper;
  private final HeldClaims held;
  private final ConcurrencyMeters meters;
  private final WhenAway whenAway;
  private final LongUnaryOperator share;

  /**
   * @param share how much of a limit this gateway may use by itself
   */
  RedisPermits(
      PermitScripts scripts,
      LeaseKeeper keeper,
      HeldClaims held,
      ConcurrencyMeters meters,
      WhenAway whenAway,
      LongUnaryOperator share) {
    this.scripts = scripts;
    this.keeper = keeper;
    this.held = held;
    this.meters = meters;
    this.whenAway = whenAway;
    this.share = share;
  }

  @Override
  public Mono<List<Outcome>> take(List<Claim> claims) {
    return Mono.defer(() -> {
      String epoch = keeper.epoch();
      return epoch == null ? Mono.just(alone(claims)) : together(claims, epoch);
    });
  }

  @Override
  public @Nullable Precondition granted(Claim claim) {
    return keeper.epoch() == null ? null : PermitScripts.granted(claim);
  }

  private Mono<List<Outcome>> together(List<Claim> claims, String epoch) {
    // One who comes right after another has gone is to find its permit.
    List<Claim> released = keeper.takeReleases();
    return scripts
        .take(epoch, claims, released)
        .map(taken -> {
          if (taken.outcomes().isEmpty()) {
            // It has taken nothing back either.
            keeper.repeatReleases(released);
            keeper.forgotten();
            return alone(claims);
          }
          return granted(claims, taken, epoch);
        })
        .onErrorResume(failure -> {
          keeper.repeatReleases(released);
          return Mono.just(unanswered(claims, failure));
        });
  }

  private List<Outcome> granted(List<Claim> claims, Taken taken, String epoch) {
    meters.expired(taken.expired());
    for (int i = 0; i < claims.size(); i++) {
      switch (taken.outcomes().get(i).kind()) {
        case GRANTED -> hold(claims.get(i), epoch);
        case UNKNOWN ->
            complaints.error(
                "What Redis has of requests at once cannot be read: {}", claims.get(i).needs());
        case FULL -> {}
      }
    }
    return taken.outcomes();
  }

  /** What Redis knows may have been forgotten before it was held here. */
  private void hold(Claim claim, String epoch) {
    held.add(claim);
    if (!epoch.equals(keeper.epoch())) {
      keeper.tell(claim);
    }
  }

  /** It may have granted them all the same; what is not held after all goes back to it. */
  private List<Outcome> unanswered(List<Claim> claims, Throwable failure) {
    keeper.lost(failure);
    List<Outcome> outcomes = alone(claims);
    for (int i = 0; i < claims.size(); i++) {
      if (outcomes.get(i).kind() != Outcome.Kind.GRANTED) {
        keeper.release(claims.get(i));
      }
    }
    return outcomes;
  }

  private List<Outcome> alone(List<Claim> claims) {
    List<Outcome> outcomes = new ArrayList<>(claims.size());
    for (Claim claim : claims) {
      Outcome outcome = alone(claim);
      outcomes.add(outcome);
      if (outcome.kind() == Outcome.Kind.GRANTED) {
        keeper.tell(claim);
      }
    }
    return outcomes;
  }

  private Outcome alone(Claim claim) {
    return switch (whenAway) {
      case REJECT -> Outcome.UNKNOWN;
      case LOCAL_SHARE -> held.addWithin(claim, share);
      case ADMIT -> {
        held.add(claim);
        yield Outcome.GRANTED;
      }
    };
  }

  @Override
  public void release(Claim claim) {
    held.remove(claim);
    keeper.release(claim);
  }
}
