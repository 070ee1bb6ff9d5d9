/** Route YAML, the choice of a service, and the call to the provider. */
@NullMarked
package dev.tollgate.gateway.routing;

import org.jspecify.annotations.NullMarked;
