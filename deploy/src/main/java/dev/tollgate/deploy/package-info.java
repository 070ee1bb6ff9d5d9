@NullMarked
package dev.tollgate.deploy;

import org.jspecify.annotations.NullMarked;
