/** How providers differ: header allow-lists, how a credential is presented, paths. */
@NullMarked
package dev.tollgate.gateway.providers;

import org.jspecify.annotations.NullMarked;
