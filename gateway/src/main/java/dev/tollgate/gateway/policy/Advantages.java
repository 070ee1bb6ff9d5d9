package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.policy.Subject.Kind;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one policy document says of {@code permissions.advanced_features} that nobody has unless it
 * is given; null: it says nothing.
 *
 * @param subject whose document it is
 * @param priority {@code priority_queue}: whether requests go before others where requests wait
 * @param insurance {@code zero_completion_insurance}: whether an answer without anything generated,
 *     and a provider's failure, cost nothing
 */
public record Advantages(Subject subject, @Nullable Boolean priority, @Nullable Boolean insurance) {

  static Advantages of(Subject subject, PolicyNode permissions) {
    PolicyNode advanced = permissions.object("advanced_features");
    return new Advantages(
        subject, advanced.flag("priority_queue"), advanced.flag("zero_completion_insurance"));
  }

  /**
   * Whether a caller has one: its own document must say so, and none may say no.
   *
   * @param own whose document is the caller's own: the key's, or the project's for its tokens
   */
  static boolean holds(
      List<CompiledPolicy> documents, Kind own, Function<Advantages, @Nullable Boolean> which) {
    boolean given = false;
    for (CompiledPolicy document : documents) {
      Boolean said = which.apply(document.advantages());
      if (Boolean.FALSE.equals(said)) {
        return false;
      }
      given |= said != null && document.advantages().subject().kind() == own;
    }
    return given;
  }
}
