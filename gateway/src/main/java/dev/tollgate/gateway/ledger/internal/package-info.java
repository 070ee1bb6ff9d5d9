@NullMarked
package dev.tollgate.gateway.ledger.internal;

import org.jspecify.annotations.NullMarked;
