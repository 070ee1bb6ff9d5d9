@NullMarked
package dev.tollgate.gateway.journal.internal;

import org.jspecify.annotations.NullMarked;
