@NullMarked
package dev.tollgate.gateway.audit.internal;

import org.jspecify.annotations.NullMarked;
