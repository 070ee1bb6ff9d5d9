@NullMarked
package dev.tollgate.admin.token;

import org.jspecify.annotations.NullMarked;
