/**
 * The list of models that a key may use, as each protocol's SDK expects it. Answered by the gateway
 * from what the project's services name and what their providers list.
 */
@NullMarked
package dev.tollgate.gateway.modellist;

import org.jspecify.annotations.NullMarked;
