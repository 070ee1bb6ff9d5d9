package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What answers tell of the limits over a request. */
final class Quotas {

  private static final int KINDS = LimitKind.values().length;

  private Quotas() {}

  /** All. */
  static List<Quota> of(Outcome outcome) {
    List<Claim> claims = outcome.claims();
    List<Quota> quotas = new ArrayList<>(claims.size());
    for (int i = 0; i < claims.size(); i++) {
      quotas.add(claims.get(i).limit().quota(outcome.standings().get(i)));
    }
    return quotas;
  }

  /** Of each kind the tightest: an answer names no other. */
  static List<Quota> tightest(Outcome.Taken taken) {
    return tightest(taken.claims(), taken.standings());
  }

  /** The tightest as soon as the claims are given back. */
  static List<Quota> tightestWithout(Outcome.Taken taken) {
    List<Claim> claims = taken.claims();
    List<Standing> standings = new ArrayList<>(claims.size());
    for (int i = 0; i < claims.size(); i++) {
      Claim claim = claims.get(i);
      standings.add(claim.limit().standingWith(taken.standings().get(i), claim.amount()));
    }
    return tightest(claims, standings);
  }

  /** In the order in which the kinds come first. */
  private static List<Quota> tightest(List<Claim> claims, List<Standing> standings) {
    LimitKind[] kinds = new LimitKind[KINDS];
    int[] tightest = new int[KINDS];
    int places = 0;
    for (int i = 0; i < claims.size(); i++) {
      LimitKind kind = claims.get(i).limit().kind();
      int place = 0;
      while (place < places && kinds[place] != kind) {
        place++;
      }
      if (place == places) {
        kinds[place] = kind;
        tightest[place] = i;
        places++;
      } else if (isTighter(claims, standings, i, tightest[place])) {
        tightest[place] = i;
      }
    }
    List<Quota> quotas = new ArrayList<>(places);
    for (int place = 0; place < places; place++) {
      int i = tightest[place];
      quotas.add(claims.get(i).limit().quota(standings.get(i)));
    }
    return quotas;
  }

  /** As {@link Quota} has it. */
  private static boolean isTighter(
      List<Claim> claims, List<Standing> standings, int one, int other) {
    long left = claims.get(one).limit().remaining(standings.get(one));
    long leftOfOther = claims.get(other).limit().remaining(standings.get(other));
    return left != leftOfOther
        ? left < leftOfOther
        : standings.get(one).resetNanos() > standings.get(other).resetNanos();
  }
}
