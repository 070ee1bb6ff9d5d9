package dev.tollgate.admin.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/** Milliseconds, 1 to an hour; what is absent is as the route has it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timeouts(
    @Nullable @Min(1) @Max(LONGEST) Integer connectMs,
    @Nullable @Min(1) @Max(LONGEST) Integer firstByteMs,
    @Nullable @Min(1) @Max(LONGEST) Integer betweenChunksMs,
    @Nullable @Min(1) @Max(LONGEST) Integer totalMs) {

  private static final long LONGEST = 3_600_000;
}
