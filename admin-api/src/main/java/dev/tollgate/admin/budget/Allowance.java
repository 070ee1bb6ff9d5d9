package dev.tollgate.admin.budget;

import dev.tollgate.admin.budget.AllowanceRepository.Counted;
import dev.tollgate.admin.budget.AllowanceRepository.Spent;
import dev.tollgate.admin.budget.AllowanceRepository.Used;
import dev.tollgate.admin.budget.Allowances.Limits;
import dev.tollgate.admin.document.Usd;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a key may still use, as it is shown.
 *
 * @param remaining in the blocks and by the names of the limits in a policy, what the tightest of
 *     the documents over the key leaves; those of one of several projects are not in it
 * @param budgets each with scope, window, limit, spent, reserved, resets_at
 */
public record Allowance(ObjectNode remaining, ArrayNode budgets) {

  static Allowance of(
      Limits limits, Map<Budget, Spent> spent, Map<Counted, Used> used, Instant now) {
    Allowance allowance =
        new Allowance(JsonNodeFactory.instance.objectNode(), JsonNodeFactory.instance.arrayNode());
    for (Quota quota : limits.quotas()) {
      if (limits.binding().contains(quota.holder())) {
        long left = quota.left(Objects.requireNonNull(used.get(quota.counted())));
        allowance.leave(allowance.block(quota), quota.kind().field(), LongNode.valueOf(left));
      }
    }
    for (Budget budget : limits.budgets()) {
      Spent soFar = Objects.requireNonNull(spent.get(budget));
      if (limits.binding().contains(budget.holder())) {
        long left = Math.max(0, budget.limit() - soFar.spent() - soFar.reserved());
        allowance.leave(allowance.block(budget), budget.field(), usd(left));
      }
      allowance.show(budget, soFar, now);
    }
    return allowance;
  }

  private ObjectNode block(Quota quota) {
    ObjectNode block = remaining.withObjectProperty(quota.kind().block());
    return quota.model() == null ? block : block.withObjectProperty(quota.model());
  }

  private ObjectNode block(Budget budget) {
    return budget.model() == null
        ? remaining.withObjectProperty("costs")
        : remaining.withObjectProperty("models").withObjectProperty(budget.model());
  }

  private void leave(ObjectNode block, String field, JsonNode left) {
    JsonNode known = block.path(field);
    if (!known.isNumber() || left.decimalValue().compareTo(known.decimalValue()) < 0) {
      block.set(field, left);
    }
  }

  private static JsonNode usd(long micros) {
    return DecimalNode.valueOf(Usd.ofMicros(micros));
  }

  private void show(Budget budget, Spent soFar, Instant now) {
    ObjectNode shown = budgets.addObject();
    shown.put("scope", budget.holder().kind().text()).put("scope_id", budget.holder().id());
    if (budget.model() != null) {
      shown.put("model", budget.model());
    }
    shown
        .put("window", budget.window().text())
        .set("limit", usd(budget.limit()))
        .set("spent", usd(soFar.spent()))
        .set("reserved", usd(soFar.reserved()))
        .put("resets_at", budget.window().endAfter(now).toString());
  }
}
