package dev.tollgate.admin.budget;

import dev.tollgate.admin.document.Usd;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What somebody may spend in a window.
 *
 * @param model on this one; null: on all together
 * @param limit in micro-dollars
 */
record Budget(Holder holder, @Nullable String model, Window window, long limit) {

  /** All that a policy has. */
  static List<Budget> of(Holder holder, JsonNode policy) {
    List<Budget> budgets = new ArrayList<>();
    JsonNode costs = policy.path("rate_limits").path("costs");
    for (Window window : Window.values()) {
      JsonNode limit = costs.path(window.field());
      if (limit.isNumber()) {
        budgets.add(new Budget(holder, null, window, Usd.toMicros(limit.decimalValue())));
      }
    }
    policy
        .path("permissions")
        .path("models")
        .path("limits")
        .forEachEntry((model, limits) -> {
          JsonNode limit = limits.path("max_cost_per_day");
          if (limit.isNumber()) {
            budgets.add(new Budget(holder, model, Window.DAY, Usd.toMicros(limit.decimalValue())));
          }
        });
    return budgets;
  }

  /** Its name in a policy. */
  String field() {
    return model == null ? window.field() : "max_cost_per_day";
  }
}
