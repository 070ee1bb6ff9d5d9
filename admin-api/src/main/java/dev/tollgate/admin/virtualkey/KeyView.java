package dev.tollgate.admin.virtualkey;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A key as it is shown: its policy in the long form, and its state beside it. Never its secret. */
final class KeyView {
  private KeyView() {}

  static ObjectNode of(StoredKey key) {
    ObjectNode view = key.policy().toJson().objectNode();
    view.put("id", key.id());
    view.setAll(key.policy().toJson());
    view.put("status", key.status().text()).put("last4", key.last4());
    view.put("disabled_reason", key.disabledReason());
    putTime(view, "auto_enable_at", key.autoEnableAt());
    putTime(view, "revoked_at", key.revokedAt());
    view.put("revoked_reason", key.revokedReason());
    putTime(view, "approved_at", key.approval().at());
    view.put("approved_by", key.approval().by());
    putTime(view, "old_key_expires_at", key.oldKeyExpiresAt());
    putTime(view, "last_used_at", key.lastUsedAt());
    if (!key.warnings().isEmpty()) {
      ArrayNode warnings = view.putArray("warnings");
      key.warnings().forEach(warnings::add);
    }
    view.put("version", key.version()).put("created_by", key.createdBy());
    putTime(view, "created_at", key.createdAt());
    putTime(view, "updated_at", key.updatedAt());
    return view;
  }

  /** The same with the permissions, limits and security that hold in the end. */
  static ObjectNode effective(StoredKey key, ObjectNode policy) {
    ObjectNode view = of(key);
    view.remove(List.of("permissions", "rate_limits", "security"));
    return view.setAll(policy);
  }

  private static void putTime(ObjectNode view, String name, @Nullable Instant time) {
    view.put(name, time == null ? null : time.toString());
  }
}
