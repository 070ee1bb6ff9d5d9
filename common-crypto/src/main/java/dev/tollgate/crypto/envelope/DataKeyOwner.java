package dev.tollgate.crypto.envelope;

import org.jspecify.annotations.Nullable;

/**
 * Whose data key it is: a project's, or, without a project, the shared vault of the organization.
 * Destroying the wrapped key of an owner makes everything sealed for it unreadable.
 *
 * @param organizationId never empty
 * @param projectId null for the organization's vault
 */
public record DataKeyOwner(String organizationId, @Nullable String projectId) {

  /** Refuses empty ids. */
  public DataKeyOwner {
    refuseEmptyIds(organizationId, projectId);
  }

  static void refuseEmptyIds(String organizationId, @Nullable String projectId) {
    if (organizationId.isEmpty() || (projectId != null && projectId.isEmpty())) {
      throw new IllegalArgumentException(
          "an owner has an organization, and a project that is not empty");
    }
  }
}
