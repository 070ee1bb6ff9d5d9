package dev.tollgate.admin.member;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What kind of member. */
public enum MemberType {
  /** Known by e-mail address or by the identity provider's subject. */
  @JsonProperty("person")
  PERSON,
  /** Known by its admin keys only. */
  @JsonProperty("robot")
  ROBOT;

  /** As it is stored and shown. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static MemberType ofText(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
