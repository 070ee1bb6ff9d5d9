/**
 * Types that hold secrets without showing them, the mask that shows a little, and files only their
 * owner reads.
 */
@NullMarked
package dev.tollgate.crypto.secret;

import org.jspecify.annotations.NullMarked;
