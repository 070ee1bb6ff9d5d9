/** Tollgate's first minute: a provider that costs nothing, a key, and one stream through it. */
@NullMarked
package dev.tollgate.deploy.demo;

import org.jspecify.annotations.NullMarked;
