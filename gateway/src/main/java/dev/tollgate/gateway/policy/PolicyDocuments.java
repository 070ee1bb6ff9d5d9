package dev.tollgate.gateway.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compiles policy documents as the admin API stored them. Fails closed: a restriction that this
 * gateway does not know (one written by a newer admin API) makes the document unusable, never
 * partly enforced.
 */
public final class PolicyDocuments {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** Members that describe and restrict nothing, or that stand in columns of their own. */
  private static final Set<String> DESCRIPTIVE =
      Set.of("name", "description", "type", "scope", "environment", "expires_at", "metadata");

  private PolicyDocuments() {}

  /**
   * The model rules of one document; null, for no document, restricts nothing.
   *
   * @throws UnknownRestrictionException if the document restricts what this gateway cannot enforce
   */
  public static ModelRules modelRules(@Nullable String document) {
    if (document == null) {
      return ModelRules.UNRESTRICTED;
    }
    try {
      return read(JSON.readTree(document));
    } catch (JacksonException e) {
      throw new UnknownRestrictionException("the document is not JSON");
    }
  }

  private static ModelRules read(JsonNode document) {
    if (!document.isObject()) {
      throw new UnknownRestrictionException("the document");
    }
    for (String member : document.propertyNames()) {
      if (!DESCRIPTIVE.contains(member) && !member.equals("permissions")) {
        throw new UnknownRestrictionException(member);
      }
    }
    JsonNode permissions = document.path("permissions");
    requireOnly(permissions, "permissions", "models");
    JsonNode models = permissions.path("models");
    requireOnly(models, "models", "allowed", "denied");
    List<String> denied = strings(models, "denied");
    return ModelRules.compile(strings(models, "allowed"), denied == null ? List.of() : denied);
  }

  private static void requireOnly(JsonNode object, String name, String... known) {
    requireObject(object, name);
    for (String member : object.propertyNames()) {
      if (!Set.of(known).contains(member)) {
        throw new UnknownRestrictionException(member);
      }
    }
  }

  /** Another form would have no members, and so restrict nothing. */
  private static void requireObject(JsonNode node, String name) {
    if (!node.isObject() && !node.isMissingNode()) {
      throw new UnknownRestrictionException(name);
    }
  }

  private static @Nullable List<String> strings(JsonNode models, String name) {
    JsonNode array = models.path(name);
    if (array.isMissingNode()) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (JsonNode value : array) {
      if (!value.isString()) {
        throw new UnknownRestrictionException(name);
      }
      values.add(value.stringValue());
    }
    if (!array.isArray()) {
      throw new UnknownRestrictionException(name);
    }
    return values;
  }

  /** A document asks for what this version of the gateway cannot enforce. */
  public static final class UnknownRestrictionException extends RuntimeException {
    UnknownRestrictionException(String member) {
      super("this gateway cannot enforce the policy member: " + member);
    }
  }
}
