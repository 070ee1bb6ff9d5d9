/**
 * Providers' secrets: sealed under their owner's data key, shown masked, versioned. Only this
 * package opens one.
 */
@NullMarked
package dev.tollgate.admin.credential;

import org.jspecify.annotations.NullMarked;
