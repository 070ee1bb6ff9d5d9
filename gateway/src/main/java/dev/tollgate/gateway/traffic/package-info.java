/**
 * How many requests and tokens may come in a time: limits of organization, project, team and key,
 * taken together or not at all. One gateway counts in memory, several count on one Redis.
 */
@NullMarked
package dev.tollgate.gateway.traffic;

import org.jspecify.annotations.NullMarked;
