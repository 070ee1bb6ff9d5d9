package dev.tollgate.admin.virtualkey.policy;

import java.util.Locale;

/** Whose a virtual key is. */
public enum KeyType {
  PROJECT,
  TEAM,
  ORGANIZATION,
  USER;

  /** As it is written in documents and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
