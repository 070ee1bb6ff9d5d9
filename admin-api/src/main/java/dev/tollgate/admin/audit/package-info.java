/** The log of changes, written in the transaction of the change. */
@NullMarked
package dev.tollgate.admin.audit;

import org.jspecify.annotations.NullMarked;
