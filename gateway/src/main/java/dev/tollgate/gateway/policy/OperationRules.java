package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.policy.PolicyDocuments.UnknownRestrictionException;
import java.util.List;
import java.util.Set;

/**
 * Whether one policy document lets a request read, write or both: {@code permissions.operations} of
 * the key policy. Without a list both are allowed, with an empty one neither.
 */
public record OperationRules(boolean mayRead, boolean mayWrite) {

  private static final Set<String> WORDS = Set.of("read", "write");

  static OperationRules of(PolicyNode permissions) {
    List<String> operations = permissions.texts("operations");
    if (operations == null) {
      return new OperationRules(true, true);
    }
    if (!WORDS.containsAll(operations)) {
      throw new UnknownRestrictionException("/permissions/operations");
    }
    return new OperationRules(operations.contains("read"), operations.contains("write"));
  }

  /**
   * Whether a request may be made at all.
   *
   * @param reads whether it only reads: GET and HEAD do, the list of models too; a WebSocket, whose
   *     handshake is a GET, does not
   */
  public boolean allows(boolean reads) {
    return reads ? mayRead : mayWrite;
  }
}
