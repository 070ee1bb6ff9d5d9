/** What is measured: no gateway at all, a bare one, nginx, and Tollgate with everything on. */
@NullMarked
package dev.tollgate.benchmark.subject;

import org.jspecify.annotations.NullMarked;
