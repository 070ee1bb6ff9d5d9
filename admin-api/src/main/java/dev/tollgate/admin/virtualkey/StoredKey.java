package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key as its row says, at the time of reading.
 *
 * @param policy its document in the long form, with the scope resolved
 * @param userDisabled the member whose own key it is has been disabled, and the key with it
 * @param autoEnableAt when a disabled key comes back by itself
 * @param oldKeyExpiresAt until when the key's secret of before its rotation still works
 * @param warnings sentences, for who looks at it
 * @param createdBy the id of who made it
 */
record StoredKey(
    String id,
    KeyScope scope,
    PolicyDocument policy,
    KeyStatus status,
    Approval approval,
    boolean userDisabled,
    @Nullable String disabledReason,
    @Nullable Instant autoEnableAt,
    @Nullable Instant revokedAt,
    @Nullable String revokedReason,
    @Nullable Instant oldKeyExpiresAt,
    @Nullable Instant lastUsedAt,
    Signing signing,
    List<String> warnings,
    String last4,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  StoredKey {
    warnings = List.copyOf(warnings);
  }

  /**
   * @param demanded by its own policy, with what it inherits
   * @param possible whether it has a secret to sign with
   */
  record Signing(boolean demanded, boolean possible) {}
}
