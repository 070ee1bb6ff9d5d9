@NullMarked
package dev.tollgate.admin.problem;

import org.jspecify.annotations.NullMarked;
