/** The clients: at saturation, at a fixed rate, and many that listen to streams. */
@NullMarked
package dev.tollgate.benchmark.load;

import org.jspecify.annotations.NullMarked;
