package dev.tollgate.gateway.streaming;

import java.time.Duration;

/**
 * @param betweenChunks the longest silence of the provider while the client takes what comes
 * @param remaining what is left of the call's total time
 */
public record AnswerTimeouts(Duration betweenChunks, Duration remaining) {}
