/**
 * What clients see when something is refused, and the strict reading of what they send. Imports no
 * feature.
 */
@NullMarked
package dev.tollgate.admin.problem;

import org.jspecify.annotations.NullMarked;
