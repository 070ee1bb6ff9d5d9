@NullMarked
package dev.tollgate.gateway.network.internal;

import org.jspecify.annotations.NullMarked;
