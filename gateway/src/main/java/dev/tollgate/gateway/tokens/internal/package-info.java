@NullMarked
package dev.tollgate.gateway.tokens.internal;

import org.jspecify.annotations.NullMarked;
