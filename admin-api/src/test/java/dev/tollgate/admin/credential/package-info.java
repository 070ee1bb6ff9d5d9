@NullMarked
package dev.tollgate.admin.credential;

import org.jspecify.annotations.NullMarked;
