@NullMarked
package dev.tollgate.admin.document;

import org.jspecify.annotations.NullMarked;
