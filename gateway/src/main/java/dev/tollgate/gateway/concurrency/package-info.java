/**
 * How many requests may be on their way at once, for organization, project, team and key each for
 * itself. A request takes one permit of each that sets a limit, all together or none, and waits in
 * line where a policy lets it. It holds nothing while it waits.
 */
@NullMarked
package dev.tollgate.gateway.concurrency;

import org.jspecify.annotations.NullMarked;
