/**
 * What policies want written down of requests, and what of them looks suspicious. Nothing is
 * decided here that needs to know of other requests elsewhere: the admin API does that, where the
 * word of all gateways comes together.
 */
@NullMarked
package dev.tollgate.gateway.audit;

import org.jspecify.annotations.NullMarked;
