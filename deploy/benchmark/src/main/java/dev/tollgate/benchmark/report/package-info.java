/** Figures of all rounds: medians, ratios, budgets. */
@NullMarked
package dev.tollgate.benchmark.report;

import org.jspecify.annotations.NullMarked;
