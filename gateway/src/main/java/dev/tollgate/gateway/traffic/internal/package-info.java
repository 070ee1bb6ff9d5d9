@NullMarked
package dev.tollgate.gateway.traffic.internal;

import org.jspecify.annotations.NullMarked;
