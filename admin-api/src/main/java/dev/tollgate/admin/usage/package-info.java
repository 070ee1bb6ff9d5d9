/** What was used, as the gateways stored it: rows, newest first. */
@NullMarked
package dev.tollgate.admin.usage;

import org.jspecify.annotations.NullMarked;
