@NullMarked
package dev.tollgate.gateway.concurrency.internal;

import org.jspecify.annotations.NullMarked;
