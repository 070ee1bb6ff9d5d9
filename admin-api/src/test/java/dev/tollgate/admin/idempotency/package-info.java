@NullMarked
package dev.tollgate.admin.idempotency;

import org.jspecify.annotations.NullMarked;
