@NullMarked
package dev.tollgate.admin.virtualkey;

import org.jspecify.annotations.NullMarked;
