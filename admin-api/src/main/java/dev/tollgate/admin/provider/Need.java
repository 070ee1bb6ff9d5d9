package dev.tollgate.admin.provider;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether a service of a kind works without a credential. */
public enum Need {
  @JsonProperty("required")
  REQUIRED,
  @JsonProperty("optional")
  OPTIONAL
}
