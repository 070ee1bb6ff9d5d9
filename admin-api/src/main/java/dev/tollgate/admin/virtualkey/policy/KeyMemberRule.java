package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.ValueRules.flag;
import static dev.tollgate.admin.document.ValueRules.id;
import static dev.tollgate.admin.document.ValueRules.oneOf;

import dev.tollgate.admin.document.At;
import dev.tollgate.admin.document.ErrorCodes;
import dev.tollgate.admin.document.ValueRule;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code members} must look like; whether there are such members is the store's to say. */
final class KeyMemberRule {
  private static final int MAX_MEMBERS = 100;
  private static final String USER = "user_id";
  private static final String ROLE = "role";
  private static final String CAN_MANAGE = "can_manage_key";
  private static final String VIEWER = "viewer";
  private static final String DEVELOPER = "developer";

  private static final Map<String, ValueRule> RULES =
      Map.of(
          USER, id("usr_"), ROLE, oneOf("owner", "admin", DEVELOPER, VIEWER), CAN_MANAGE, flag());

  private KeyMemberRule() {}

  /** Up to 100 members, each once; kept with all three fields spelled out. */
  static ValueRule members() {
    return (value, at) -> {
      if (!(value instanceof ArrayNode list)) {
        return at.wrongType("a list of members");
      }
      return list.size() > MAX_MEMBERS
          ? at.wrongValue("must have at most " + MAX_MEMBERS + " members")
          : members(list, at);
    };
  }

  private static JsonNode members(ArrayNode list, At at) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      kept.add(member(list.get(i), at.item(i), seen));
    }
    return kept;
  }

  private static JsonNode member(JsonNode value, At at, Set<String> seen) {
    if (!(value instanceof ObjectNode given)) {
      return at.wrongType("an object");
    }
    ObjectNode kept = given.objectNode();
    given.forEachEntry((name, field) -> readField(name, field, at, kept));
    if (!given.hasNonNull(USER)) {
      at.member(USER).note(ErrorCodes.REQUIRED, "is required");
    } else if (!seen.add(given.path(USER).asString(""))) {
      at.member(USER).note(ErrorCodes.INVALID_VALUE, "stands in the list twice");
    }
    return complete(kept, at);
  }

  private static void readField(String name, JsonNode value, At at, ObjectNode kept) {
    ValueRule rule = RULES.get(name);
    if (rule == null) {
      at.member(name).note(ErrorCodes.UNKNOWN_FIELD, "is unknown");
    } else if (!value.isNull()) {
      kept.set(name, rule.read(value, at.member(name)));
    }
  }

  private static ObjectNode complete(ObjectNode kept, At at) {
    if (!kept.has(ROLE)) {
      kept.put(ROLE, DEVELOPER);
    }
    if (!kept.has(CAN_MANAGE)) {
      kept.put(CAN_MANAGE, false);
    }
    if (kept.path(ROLE).asString("").equals(VIEWER) && kept.path(CAN_MANAGE).asBoolean(false)) {
      at.member(CAN_MANAGE).note(ErrorCodes.INVALID_VALUE, "a viewer manages no key");
    }
    return kept;
  }
}
