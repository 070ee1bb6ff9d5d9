@NullMarked
package dev.tollgate.admin.outbound;

import org.jspecify.annotations.NullMarked;
