@NullMarked
package dev.tollgate.admin.budget;

import org.jspecify.annotations.NullMarked;
