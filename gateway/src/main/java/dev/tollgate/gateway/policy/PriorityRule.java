package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.policy.Subject.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one policy document says of {@code permissions.advanced_features.priority_queue}: whether
 * requests go before others where requests wait.
 *
 * @param subject whose document it is
 * @param ahead null: it says nothing
 */
public record PriorityRule(Subject subject, @Nullable Boolean ahead) {

  static PriorityRule of(Subject subject, PolicyNode permissions) {
    return new PriorityRule(
        subject, permissions.object("advanced_features").flag("priority_queue"));
  }

  /**
   * Whether a caller goes before others: its own document must say so, and none may say no.
   *
   * @param own whose document is the caller's own: the key's, or the project's for its tokens
   */
  static boolean holds(List<PriorityRule> rules, Kind own) {
    boolean given = false;
    for (PriorityRule rule : rules) {
      if (Boolean.FALSE.equals(rule.ahead)) {
        return false;
      }
      given |= rule.subject.kind() == own && Boolean.TRUE.equals(rule.ahead);
    }
    return given;
  }
}
