package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.LimitRules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request may take at most, for limiters to judge.
 *
 * @param rules those over the request that limit anything, from the widest level to the narrowest
 * @param model as requested
 * @param at when the request came: the windows of hour, day and month that it counts in
 * @param inputTokens counted, or estimated high
 * @param outputTokens what the answer may have at most, or the first step of one without a maximum
 * @param costMicroUsd of both at the dearest price that may apply; null where no price is known
 */
public record Demand(
    String requestId,
    List<LimitRules> rules,
    @Nullable String model,
    Instant at,
    long inputTokens,
    long outputTokens,
    @Nullable Long costMicroUsd) {}
