package dev.tollgate.admin.service;

import dev.tollgate.admin.credential.Credential;
import dev.tollgate.admin.credential.NewCredential;
import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.provider.AuthMethod;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.provider.ProviderKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which credential and which service a provider is made of. */
record ProviderPlan(NewProvider body, ProviderKind kind) {

  private static final String CUSTOM = "custom";

  /**
   * The kind is the one asked for, else the one of this name, else {@code custom}.
   *
   * @throws ProblemException 400
   */
  static ProviderPlan of(NewProvider body, ProviderCatalogue catalogue) {
    String asked = body.provider();
    Optional<ProviderKind> kind =
        asked == null
            ? catalogue.find(body.name()).or(() -> catalogue.find(CUSTOM))
            : catalogue.find(asked);
    return new ProviderPlan(
        body,
        kind.orElseThrow(() ->
            ProblemException.badRequest(
                "/provider", "unknown_provider", "is no provider of the catalogue")));
  }

  /**
   * Empty if no key was given.
   *
   * @throws ProblemException 400 or 422
   */
  Optional<NewCredential> credential(String projectId) {
    String key = body.apiKey();
    return key == null ? Optional.empty() : Optional.of(credential(projectId, key));
  }

  private NewCredential credential(String projectId, String key) {
    AuthMethod method = methodWithKey();
    return new NewCredential(
        null,
        projectId,
        body.name(),
        kind.name(),
        method.name(),
        fields(method, key),
        null,
        null,
        null,
        body.baseUrl() == null ? null : hostOf(body.baseUrl()));
  }

  /** Where a kind asks for its endpoint, that is the base URL. */
  private Map<String, String> fields(AuthMethod method, String key) {
    Map<String, String> fields = new TreeMap<>();
    fields.put(ProviderKeys.FIELD, key);
    String baseUrl = body.baseUrl();
    if (baseUrl != null) {
      method.fields().stream()
          .filter(spec -> Boolean.TRUE.equals(spec.url()))
          .forEach(spec -> fields.put(spec.name(), baseUrl));
    }
    return fields;
  }

  private AuthMethod methodWithKey() {
    return kind.authMethods().stream()
        .filter(method ->
            method.fields().stream().anyMatch(field -> field.name().equals(ProviderKeys.FIELD)))
        .findFirst()
        .orElseThrow(() ->
            ProblemException.unprocessable(
                "/provider",
                "fields_required",
                "this provider takes no api_key; make a credential and a service instead"));
  }

  ServiceBody service(@Nullable Credential credential) {
    return new ServiceBody(
        body.name(),
        kind.name(),
        serviceUrl(),
        credential == null ? null : credential.id(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** A bare endpoint goes through the kind's own form, which adds the path. */
  private @Nullable String serviceUrl() {
    String baseUrl = body.baseUrl();
    boolean bare =
        baseUrl != null
            && kind.hasBaseUrlOfCredential()
            && BaseUrl.parse(baseUrl).map(url -> url.path().isEmpty()).orElse(false);
    return bare ? null : baseUrl;
  }

  /** The host that a key given for this base URL may be sent to. */
  static List<String> hostOf(String baseUrl) {
    return BaseUrl.parse(baseUrl)
        .map(url -> List.of(url.allowedHost()))
        .orElseThrow(() ->
            ProblemException.badRequest(
                "/base_url", "invalid_value", "must be an http or https URL with a host"));
  }
}
