@NullMarked
package dev.tollgate.crypto;

import org.jspecify.annotations.NullMarked;
