@NullMarked
package dev.tollgate.admin.health;

import org.jspecify.annotations.NullMarked;
