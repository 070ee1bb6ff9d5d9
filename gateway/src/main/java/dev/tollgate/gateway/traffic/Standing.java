package dev.tollgate.gateway.traffic;

/**
 * How a limit stands.
 *
 * @param remaining below 0 where more was taken than it has
 * @param resetNanos until all of it is there again
 */
public record Standing(long remaining, long resetNanos) {}
