/**
 * The key-policy document: which fields there are, which of them are enforced, how each is read.
 *
 * <p>{@link dev.tollgate.admin.virtualkey.policy.PolicyFields} is the one list of fields. A field
 * is turned on there, in the same change that makes the gateway enforce it; until then a document
 * that names it is refused. The reading itself ({@link
 * dev.tollgate.admin.virtualkey.policy.DocumentReader}) knows no field and serves other bodies too.
 */
@NullMarked
package dev.tollgate.admin.virtualkey.policy;

import org.jspecify.annotations.NullMarked;
