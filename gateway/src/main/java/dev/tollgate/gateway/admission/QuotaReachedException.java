package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import java.util.List;

/** A request was refused since too little is left of a quota. */
public final class QuotaReachedException extends RejectionException {

  private final transient List<Quota> quotas;

  /**
   * @param quotas all that stand over the request, as they are without it
   */
  public QuotaReachedException(Rejection rejection, List<Quota> quotas) {
    super(rejection);
    this.quotas = List.copyOf(quotas);
  }

  public List<Quota> quotas() {
    return quotas;
  }
}
