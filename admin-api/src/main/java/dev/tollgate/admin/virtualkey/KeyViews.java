package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.budget.Allowance;
import dev.tollgate.admin.budget.Allowances;
import dev.tollgate.admin.problem.Page;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Keys as who asks for them sees them: with what they may still use. */
@Component
class KeyViews {

  private final Allowances allowances;

  KeyViews(Allowances allowances) {
    this.allowances = allowances;
  }

  /**
   * Adds what is left.
   *
   * @param view of one key
   */
  Mono<ObjectNode> withAllowance(ObjectNode view) {
    return allowances.of(List.of(id(view))).map(found -> with(view, found));
  }

  Mono<Page<ObjectNode>> withAllowances(Page<ObjectNode> page) {
    return allowances
        .of(page.data().stream().map(KeyViews::id).toList())
        .map(found ->
            new Page<>(
                page.data().stream().map(view -> with(view, found)).toList(), page.nextCursor()));
  }

  private static ObjectNode with(ObjectNode view, Map<String, Allowance> allowances) {
    Allowance allowance = allowances.get(id(view));
    if (allowance != null) {
      view.set("remaining", allowance.remaining());
      view.set("budgets", allowance.budgets());
    }
    return view;
  }

  private static String id(ObjectNode view) {
    return view.required("id").stringValue();
  }
}
