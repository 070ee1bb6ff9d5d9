@NullMarked
package dev.tollgate.gateway.identity.internal;

import org.jspecify.annotations.NullMarked;
