package dev.tollgate.admin.virtualkey;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a key is at a moment; the first that fits, in the order in which the gateway refuses. */
enum KeyStatus {
  REVOKED,
  EXPIRED,
  DISABLED,
  PENDING_APPROVAL,
  /** Its secret was replaced and the old one still works. */
  ROTATING,
  ACTIVE;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<KeyStatus> parse(String text) {
    return Arrays.stream(values()).filter(status -> status.text().equals(text)).findFirst();
  }
}
