package dev.tollgate.admin.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A body that a gateway kept, without its content.
 *
 * @param part {@code request} or {@code response}
 * @param length bytes that were kept
 * @param truncated whether the body was longer
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record KeptBody(
    String id,
    Instant timestamp,
    String requestId,
    String projectId,
    String part,
    @Nullable String contentType,
    @Nullable String contentEncoding,
    int length,
    boolean truncated) {}
