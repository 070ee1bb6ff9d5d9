/**
 * The key-policy document: which fields there are and which of them are enforced.
 *
 * <p>{@link dev.tollgate.admin.virtualkey.policy.PolicyFields} is the one list of fields. A field
 * is turned on there, in the same change that makes the gateway enforce it; until then a document
 * that names it is refused.
 */
@NullMarked
package dev.tollgate.admin.virtualkey.policy;

import org.jspecify.annotations.NullMarked;
