package dev.tollgate.admin.project;

import org.jspecify.annotations.Nullable;

/**
 * To whom a resource belongs.
 *
 * @param projectId null: to the organization itself
 */
public record Scope(String organizationId, @Nullable String projectId) {}
