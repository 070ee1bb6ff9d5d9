@NullMarked
package dev.tollgate.benchmark;

import org.jspecify.annotations.NullMarked;
