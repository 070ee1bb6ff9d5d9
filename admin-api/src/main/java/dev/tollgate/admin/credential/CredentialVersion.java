package dev.tollgate.admin.credential;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A version as shown.
 *
 * @param fields secret ones masked
 * @param validUntil until when it serves as fallback; null: it does not
 */
record CredentialVersion(
    int version,
    boolean current,
    Map<String, String> fields,
    List<String> allowedHosts,
    @Nullable Instant validUntil,
    String createdBy,
    Instant createdAt) {

  static CredentialVersion of(StoredValue value) {
    return new CredentialVersion(
        value.version(),
        value.current(),
        shown(value),
        value.allowedHosts(),
        value.validUntil(),
        value.createdBy(),
        value.createdAt());
  }

  /** Clear fields as they are, secret ones masked. */
  static Map<String, String> shown(StoredValue value) {
    Map<String, String> fields = new TreeMap<>(value.clear());
    fields.putAll(value.masks());
    return fields;
  }
}
