package dev.tollgate.admin.team;

import java.time.Instant;
import java.util.List;

/**
 * A team as shown.
 *
 * @param projectIds the projects it works in; its keys hold in none but these
 */
public record Team(
    String id,
    String organizationId,
    String name,
    List<String> projectIds,
    int version,
    Instant createdAt,
    Instant updatedAt) {}
