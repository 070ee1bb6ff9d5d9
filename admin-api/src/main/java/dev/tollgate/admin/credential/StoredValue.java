package dev.tollgate.admin.credential;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A version of a credential's value. */
record StoredValue(
    int version,
    SealedSecret sealed,
    List<String> allowedHosts,
    Map<String, String> clear,
    Map<String, String> masks,
    boolean current,
    @Nullable Instant validUntil,
    String createdBy,
    Instant createdAt) {}
