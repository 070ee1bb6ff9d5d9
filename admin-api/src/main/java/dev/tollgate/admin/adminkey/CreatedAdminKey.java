package dev.tollgate.admin.adminkey;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * The answer to the making of an admin key, the only one with the key itself.
 *
 * @param key shown once
 */
record CreatedAdminKey(String key, @JsonUnwrapped AdminKey details) {

  /** Without the key, which must not reach a log. */
  @Override
  public String toString() {
    return "CreatedAdminKey[" + details.id() + "]";
  }
}
