@NullMarked
package dev.tollgate.gateway.bodies.internal;

import org.jspecify.annotations.NullMarked;
