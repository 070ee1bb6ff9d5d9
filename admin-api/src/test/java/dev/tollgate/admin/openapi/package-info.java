@NullMarked
package dev.tollgate.admin.openapi;

import org.jspecify.annotations.NullMarked;
