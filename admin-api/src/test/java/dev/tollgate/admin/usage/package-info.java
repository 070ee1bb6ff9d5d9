@NullMarked
package dev.tollgate.admin.usage;

import org.jspecify.annotations.NullMarked;
