/**
 * Processes under test: started, pinned, weighed by the kernel's books, and stopped for certain.
 */
@NullMarked
package dev.tollgate.benchmark.process;

import org.jspecify.annotations.NullMarked;
