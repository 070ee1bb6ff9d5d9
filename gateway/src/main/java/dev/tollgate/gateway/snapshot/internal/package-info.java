@NullMarked
package dev.tollgate.gateway.snapshot.internal;

import org.jspecify.annotations.NullMarked;
