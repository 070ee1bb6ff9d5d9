package dev.tollgate.admin.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An audit event as shown.
 *
 * @param userType what presented itself
 * @param userId who: {@code root}, the member (whose admin key {@code details.admin_key_id} names),
 *     an admin key that is no member's, {@code gateway}, or of a request its virtual key or the
 *     {@code jti} of its token
 * @param before how the resource was shown before, secrets masked
 * @param after how it was shown afterwards, secrets masked
 */
public record AuditEvent(
    String id,
    Instant timestamp,
    @Nullable String organizationId,
    @Nullable String projectId,
    String eventType,
    String action,
    String resourceType,
    @Nullable String resourceId,
    String userType,
    String userId,
    @Nullable String ipAddress,
    @Nullable String requestId,
    @Nullable JsonNode before,
    @Nullable JsonNode after,
    @Nullable JsonNode details) {}
