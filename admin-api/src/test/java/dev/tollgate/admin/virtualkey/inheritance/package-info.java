@NullMarked
package dev.tollgate.admin.virtualkey.inheritance;

import org.jspecify.annotations.NullMarked;
