package dev.tollgate.admin.audit;

import java.util.Locale;

/** Kinds of audit events, as {@code event_types} filters them. */
public enum EventType {
  USAGE,
  PERMISSION_CHANGE,
  SECURITY_ALERT,
  LIFECYCLE,
  ACCESS;

  /** As it is stored and shown. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
