package dev.tollgate.admin.service;

import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.provider.ServiceAuth;
import org.jspecify.annotations.Nullable;

/**
 * A service's row.
 *
 * @param baseUrl as given; null: the catalogue's
 * @param auth as given; null: the catalogue's
 */
record StoredService(Service shown, @Nullable String baseUrl, @Nullable ServiceAuth auth) {

  Scope owner() {
    return new Scope(shown.organizationId(), shown.projectId());
  }

  /** As it was written. */
  ServiceBody body() {
    return new ServiceBody(
        shown.name(),
        shown.provider(),
        baseUrl,
        shown.credentialId(),
        auth,
        shown.headers(),
        shown.models(),
        shown.weight(),
        shown.priority(),
        shown.projects(),
        shown.timeouts(),
        shown.environment());
  }
}
