@NullMarked
package dev.tollgate.admin.adminkey;

import org.jspecify.annotations.NullMarked;
