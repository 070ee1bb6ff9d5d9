@NullMarked
package dev.tollgate.admin.project;

import org.jspecify.annotations.NullMarked;
