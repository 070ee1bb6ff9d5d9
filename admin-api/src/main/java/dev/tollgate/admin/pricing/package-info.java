/**
 * What models cost: the shipped catalogue, and what organizations have agreed otherwise. Rows are
 * never changed, only followed by later ones.
 */
@NullMarked
package dev.tollgate.admin.pricing;

import org.jspecify.annotations.NullMarked;
