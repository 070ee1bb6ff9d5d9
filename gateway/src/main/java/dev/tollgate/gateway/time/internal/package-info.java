@NullMarked
package dev.tollgate.gateway.time.internal;

import org.jspecify.annotations.NullMarked;
