@NullMarked
package dev.tollgate.admin.access;

import org.jspecify.annotations.NullMarked;
