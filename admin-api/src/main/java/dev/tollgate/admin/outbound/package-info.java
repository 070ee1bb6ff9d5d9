/**
 * Where services may lie: base URLs, hosts, and the networks that the operator allows; and the
 * calls that are made there.
 */
@NullMarked
package dev.tollgate.admin.outbound;

import org.jspecify.annotations.NullMarked;
