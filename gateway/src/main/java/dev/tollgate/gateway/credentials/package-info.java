/** The only place that opens a provider's secret. */
@NullMarked
package dev.tollgate.gateway.credentials;

import org.jspecify.annotations.NullMarked;
