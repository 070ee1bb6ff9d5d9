package dev.tollgate.admin.access;

import java.util.Locale;

/** What presented itself. */
public enum CallerType {
  ROOT,
  ADMIN_KEY,
  /** Calls for itself, and holds no permission. */
  VIRTUAL_KEY;

  /** As it stands in the audit log. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
