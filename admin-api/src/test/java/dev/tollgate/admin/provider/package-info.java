@NullMarked
package dev.tollgate.admin.provider;

import org.jspecify.annotations.NullMarked;
