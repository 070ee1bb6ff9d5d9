@NullMarked
package dev.tollgate.gateway.usage.internal;

import org.jspecify.annotations.NullMarked;
