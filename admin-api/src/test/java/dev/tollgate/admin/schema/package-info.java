@NullMarked
package dev.tollgate.admin.schema;

import org.jspecify.annotations.NullMarked;
