package dev.tollgate.admin.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a member is in its organization. */
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

  public static Role ofText(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
