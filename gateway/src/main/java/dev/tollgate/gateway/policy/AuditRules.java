package dev.tollgate.gateway.policy;

/**
 * What is written down of requests: {@code security.audit} of the key policy. The block's {@code
 * retention_days} speaks of what is stored, which the admin API purges.
 *
 * @param logAllRequests whether every request that was let in leaves an access row
 * @param logFailures whether every request that failed or was refused leaves one
 * @param alertOnSuspicious whether suspicious use is told
 */
public record AuditRules(boolean logAllRequests, boolean logFailures, boolean alertOnSuspicious) {

  /** The rules of a document that says nothing about it. */
  public static final AuditRules NONE = new AuditRules(false, false, false);

  static AuditRules of(PolicyNode audit) {
    var _ = audit.number("retention_days");
    return new AuditRules(
        audit.isTrue("log_all_requests"),
        audit.isTrue("log_failures"),
        audit.isTrue("alert_on_suspicious"));
  }

  /** What either asks for. */
  AuditRules and(AuditRules other) {
    return new AuditRules(
        logAllRequests || other.logAllRequests,
        logFailures || other.logFailures,
        alertOnSuspicious || other.alertOnSuspicious);
  }

  /** Whether nothing is asked for. */
  public boolean areSilent() {
    return !logAllRequests && !logFailures && !alertOnSuspicious;
  }
}
