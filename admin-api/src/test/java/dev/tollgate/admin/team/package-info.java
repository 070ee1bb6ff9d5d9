@NullMarked
package dev.tollgate.admin.team;

import org.jspecify.annotations.NullMarked;
