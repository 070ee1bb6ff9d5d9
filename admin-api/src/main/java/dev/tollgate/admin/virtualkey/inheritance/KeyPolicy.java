package dev.tollgate.admin.virtualkey.inheritance;

import dev.tollgate.admin.virtualkey.policy.PolicyDocument;
import tools.jackson.databind.node.ObjectNode;

/**
 * A key's policy as it is stored.
 *
 * @param document the key's own, its template named by id
 * @param effective what holds in the end, with what it inherits
 */
public record KeyPolicy(PolicyDocument document, ObjectNode effective) {}
