package dev.tollgate.admin.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a member is in its organization, the highest first. */
public enum Role {
  @JsonProperty("owner")
  OWNER,
  @JsonProperty("admin")
  ADMIN,
  @JsonProperty("developer")
  DEVELOPER,
  @JsonProperty("viewer")
  VIEWER;

  /** As it is stored and shown. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it stands as high as {@code other}, or higher, towards a key. */
  public boolean isAtLeast(Role other) {
    return compareTo(other) <= 0;
  }

  public static Role ofText(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
