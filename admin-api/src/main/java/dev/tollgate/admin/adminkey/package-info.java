/** Admin keys: the making and ending of robots' keys. Whether one is valid is asked in access. */
@NullMarked
package dev.tollgate.admin.adminkey;

import org.jspecify.annotations.NullMarked;
