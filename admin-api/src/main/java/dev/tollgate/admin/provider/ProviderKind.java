package dev.tollgate.admin.provider;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An entry of the catalogue; the file says what each member means. */
public record ProviderKind(
    String name,
    String title,
    List<String> protocols,
    @Nullable String baseUrl,
    @Nullable String versionPrefix,
    @Nullable Integer priority,
    @Nullable Need credential,
    @Nullable Boolean openFields,
    List<AuthMethod> authMethods,
    List<String> clientAuthHeaders,
    @Nullable List<String> requestHeaders,
    @Nullable List<String> responseHeaders,
    @Nullable Boolean streamUsageOption,
    @Nullable TestCall testCall) {

  private static final int DEFAULT_PRIORITY = 100;

  public ProviderKind {
    protocols = List.copyOf(protocols);
    priority = priority == null ? DEFAULT_PRIORITY : priority;
    credential = credential == null ? Need.REQUIRED : credential;
    openFields = openFields != null && openFields;
    authMethods = List.copyOf(authMethods);
    clientAuthHeaders = List.copyOf(clientAuthHeaders);
    requestHeaders = requestHeaders == null ? List.of() : List.copyOf(requestHeaders);
    responseHeaders = responseHeaders == null ? List.of() : List.copyOf(responseHeaders);
    streamUsageOption = streamUsageOption != null && streamUsageOption;
  }

  /** The method of this name; null: the default one. */
  public Optional<AuthMethod> authMethod(@Nullable String method) {
    return authMethods.stream()
        .filter(known -> method == null || known.name().equals(method))
        .findFirst();
  }

  /**
   * The default base URL, with clear fields of the credential put in.
   *
   * @return empty if there is none, or a field that it needs is missing
   */
  public Optional<String> baseUrl(Map<String, String> clearFields) {
    String url = baseUrl;
    if (url == null) {
      return Optional.empty();
    }
    for (Map.Entry<String, String> field : clearFields.entrySet()) {
      url = url.replace("{" + field.getKey() + "}", field.getValue());
    }
    return url.contains("{") ? Optional.empty() : Optional.of(url);
  }

  /** Whether the base URL, and so the host, depends on the credential. */
  public boolean hasBaseUrlOfCredential() {
    return baseUrl != null && baseUrl.contains("{");
  }
}
