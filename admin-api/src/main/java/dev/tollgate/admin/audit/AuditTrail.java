package dev.tollgate.admin.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Audit events of one subject, newest first.
 *
 * @param nextCursor to ask for the next ones with; null at the end
 */
public record AuditTrail(List<AuditEvent> events, @Nullable String nextCursor) {

  public AuditTrail {
    events = List.copyOf(events);
  }
}
