package dev.tollgate.gateway.support;

import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Policy documents for tests, compiled as the admin API's are. */
public final class TestPolicies {

  private static final JsonMapper JSON = JsonMapper.shared();

  private TestPolicies() {}

  /** A document as it stands in the database; single quotes stand for double ones. */
  public static CompiledPolicy document(String json) {
    return PolicyDocuments.compile(json.replace('\'', '"'));
  }

  /** As the other, of the document that stands for {@code subject}. */
  public static CompiledPolicy document(Subject subject, String json) {
    return PolicyDocuments.compile(subject, json.replace('\'', '"'));
  }

  /** A document that restricts models only. */
  public static CompiledPolicy models(@Nullable List<String> allowed, List<String> denied) {
    ObjectNode document = JSON.createObjectNode();
    ObjectNode models = document.putObject("permissions").putObject("models");
    if (allowed != null) {
      models.set("allowed", JSON.valueToTree(allowed));
    }
    models.set("denied", JSON.valueToTree(denied));
    return PolicyDocuments.compile(document.toString());
  }
}
