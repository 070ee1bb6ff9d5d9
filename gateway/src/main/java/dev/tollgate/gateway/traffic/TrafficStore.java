package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.redis.Precondition;
import java.util.List;
import reactor.core.publisher.Mono;

/** Where it is counted. */
public interface TrafficStore {

  /**
   * Takes all claims together or none.
   *
   * @param claims of subjects of this organization; not empty
   * @return one outcome; fails where the store is away and nothing says what to do then
   */
  Mono<Outcome> take(String organizationId, List<Claim> claims);

  /**
   * As {@link #take}, but only where the precondition holds when it is judged.
   *
   * @return empty where it does not hold, or where this store cannot know: nothing is taken then
   */
  default Mono<Outcome> takeIf(
      Precondition precondition, String organizationId, List<Claim> claims) {
    return Mono.empty();
  }

  /** What became of the claims. */
  sealed interface Outcome {

    /** What was judged. */
    List<Claim> claims();

    /** How each limit of them stands now. */
    List<Standing> standings();

    /** All are taken. */
    record Taken(Hold hold, List<Standing> standings) implements Outcome {

      @Override
      public List<Claim> claims() {
        return hold.claims();
      }
    }

    /**
     * Nothing is taken.
     *
     * @param claims that were judged, one for each standing
     * @param reached the claim that must wait longest
     * @param waitNanos after which all fit if nobody else takes any; {@link #NEVER} where one never
     *     does
     */
    record Refused(List<Claim> claims, List<Standing> standings, Claim reached, long waitNanos)
        implements Outcome {

      /** No waiting helps. */
      public static final long NEVER = Long.MAX_VALUE;
    }
  }

  /** Claims that are taken. */
  interface Hold {

    /** Of nothing. */
    Hold NONE =
        new Hold() {
          @Override
          public List<Claim> claims() {
            return List.of();
          }

          @Override
          public void correct(long[] changes) {}
        };

    List<Claim> claims();

    /**
     * Corrects what was taken, soon; a window that is over stays as it was.
     *
     * @param changes one for each claim: below 0 is given back, never more than all that the limit
     *     has; above 0 is taken whatever is left, as a debt where nothing is
     */
    void correct(long[] changes);
  }
}
