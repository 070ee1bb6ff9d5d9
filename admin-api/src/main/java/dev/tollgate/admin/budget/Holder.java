package dev.tollgate.admin.budget;

import java.util.Locale;

/**
 * Whose limit it is, and whose use counts towards it.
 *
 * @param organizationId of which it is, or that it is
 */
record Holder(Kind kind, String id, String organizationId) {

  enum Kind {
    ORGANIZATION,
    TEAM,
    PROJECT,
    KEY;

    /** As it stands in the ledger, and in answers. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** As the ledger names it: {@code key:key_1}. */
  String subject() {
    return kind.text() + ":" + id;
  }
}
