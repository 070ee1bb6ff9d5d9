@NullMarked
package dev.tollgate.benchmark.report;

import org.jspecify.annotations.NullMarked;
