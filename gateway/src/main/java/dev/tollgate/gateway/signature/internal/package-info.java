@NullMarked
package dev.tollgate.gateway.signature.internal;

import org.jspecify.annotations.NullMarked;
