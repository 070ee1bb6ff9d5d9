@NullMarked
package dev.tollgate.admin.pricing;

import org.jspecify.annotations.NullMarked;
