/** The provider of the benchmark: it costs as little as an HTTP server can. */
@NullMarked
package dev.tollgate.benchmark.upstream;

import org.jspecify.annotations.NullMarked;
