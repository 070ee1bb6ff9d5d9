package dev.tollgate.gateway.concurrency.internal;

/**
 * One permit of a subject.
 *
 * @param subject whose requests are counted
 * @param limit how many of them may be on their way
 */
record Need(String subject, long limit) {}
