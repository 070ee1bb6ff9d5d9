/** POSTs that are repeated under one Idempotency-Key and done once. */
@NullMarked
package dev.tollgate.admin.idempotency;

import org.jspecify.annotations.NullMarked;
