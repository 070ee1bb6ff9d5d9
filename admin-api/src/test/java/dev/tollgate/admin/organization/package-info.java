@NullMarked
package dev.tollgate.admin.organization;

import org.jspecify.annotations.NullMarked;
