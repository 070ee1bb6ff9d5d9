/** A Spring Cloud Gateway of the same versions with nothing added. */
@NullMarked
package dev.tollgate.benchmark.bare;

import org.jspecify.annotations.NullMarked;
