/**
 * What is left of limits, and what is told when money runs out. Gateways count; here is only read
 * what they have stored.
 */
@NullMarked
package dev.tollgate.admin.budget;

import org.jspecify.annotations.NullMarked;
