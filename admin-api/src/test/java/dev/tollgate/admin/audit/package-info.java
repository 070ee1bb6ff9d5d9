@NullMarked
package dev.tollgate.admin.audit;

import org.jspecify.annotations.NullMarked;
