package dev.tollgate.gateway.policy;

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
   * One document, ready to be asked; null, for no document, restricts nothing.
   *
   * @throws UnknownRestrictionException if the document restricts what this gateway cannot enforce
   */
  public static CompiledPolicy compile(@Nullable String document) {
    return compile(Subject.NOBODY, document);
  }

  /** As the other, of the document that stands for {@code subject}. */
  public static CompiledPolicy compile(Subject subject, @Nullable String document) {
    if (document == null) {
      return CompiledPolicy.UNRESTRICTED;
    }
    PolicyNode root = PolicyNode.document(parse(document));
    root.passOver(DESCRIPTIVE);
    CompiledPolicy compiled = CompiledPolicy.of(subject, root);
    root.refuseUnread();
    return compiled;
  }

  private static JsonNode parse(String document) {
    try {
      return JSON.readTree(document);
    } catch (JacksonException e) {
      throw new UnknownRestrictionException("the document is not JSON");
    }
  }

  /** A document asks for what this version of the gateway cannot enforce. */
  public static final class UnknownRestrictionException extends RuntimeException {
    UnknownRestrictionException(String member) {
      super("this gateway cannot enforce the policy member: " + member);
    }
  }
}
