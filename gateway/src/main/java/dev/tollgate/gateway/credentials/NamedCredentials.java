package dev.tollgate.gateway.credentials;

import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.util.LinkedHashMap;
import java.util.Map;

/** The credentials that a service's header templates name, beside its own. */
public final class NamedCredentials {

  private NamedCredentials() {}

  /**
   * By placeholder; one that names nothing is left out, and fails when it is filled in.
   *
   * @param project whose credentials are meant, its organization's included
   */
  public static Map<String, CredentialSnapshot> of(
      ProjectSnapshot project, ServiceSnapshot service) {
    if (service.headers().isEmpty()) {
      return Map.of();
    }
    Map<String, CredentialSnapshot> named = new LinkedHashMap<>();
    for (String template : service.headers().values()) {
      for (String placeholder : SecretTemplate.placeholders(template)) {
        CredentialSnapshot credential = project.credentialOf(placeholder);
        if (credential != null) {
          named.put(placeholder, credential);
        }
      }
    }
    return named;
  }
}
