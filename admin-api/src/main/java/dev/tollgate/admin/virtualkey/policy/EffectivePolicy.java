package dev.tollgate.admin.virtualkey.policy;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a key's document says in the end: its overrides, then its own values, then those of its
 * template, then those of its environment. Values are taken one by one: a list is one value, a
 * limit of one model another.
 */
public final class EffectivePolicy {
  private static final List<String> BLOCKS = List.of("permissions", "rate_limits", "security");
  private static final String PERMISSIONS = "permissions";
  private static final String INHERIT_FROM = "inherit_from";
  private static final String REQUIRE_APPROVAL = "require_approval";
  private static final String OVERRIDES = "overrides";

  private EffectivePolicy() {}

  /**
   * The blocks that are enforced, without what only says from where they come.
   *
   * @param inherited from the weakest to the strongest; what is in none of the blocks plays no part
   */
  public static ObjectNode of(ObjectNode key, List<ObjectNode> inherited) {
    ObjectNode effective = JsonNodeFactory.instance.objectNode();
    inherited.forEach(document -> overlayBlocks(effective, document));
    overlayBlocks(effective, key);
    if (effective.get(PERMISSIONS) instanceof ObjectNode permissions) {
      takeIn(permissions, key.at("/permissions/overrides"));
      if (permissions.isEmpty()) {
        var _ = effective.remove(PERMISSIONS);
      }
    }
    return effective;
  }

  private static void takeIn(ObjectNode permissions, JsonNode overrides) {
    permissions.remove(List.of(INHERIT_FROM, OVERRIDES));
    if (overrides instanceof ObjectNode stronger) {
      overlay(permissions, stronger);
    }
  }

  private static void overlayBlocks(ObjectNode target, ObjectNode document) {
    ObjectNode blocks = document.objectNode();
    BLOCKS.stream().filter(document::has).forEach(name -> blocks.set(name, document.get(name)));
    overlay(target, blocks);
  }

  private static void overlay(ObjectNode target, ObjectNode stronger) {
    stronger.properties().forEach(m -> overlayMember(target, m.getKey(), m.getValue()));
  }

  private static void overlayMember(ObjectNode target, String name, JsonNode value) {
    if (name.equals(REQUIRE_APPROVAL) && target.path(name).asBoolean(false)) {
      return; // what a weaker document asks for, a stronger one does not waive
    }
    if (value instanceof ObjectNode block && target.get(name) instanceof ObjectNode old) {
      overlay(old, block);
    } else {
      target.set(name, value.deepCopy());
    }
  }
}
