@NullMarked
package dev.tollgate.gateway.routing.internal;

import org.jspecify.annotations.NullMarked;
