package dev.tollgate.admin.service;

import dev.tollgate.admin.credential.CredentialDirectory;
import dev.tollgate.admin.credential.CredentialDirectory.Entry;
import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.outbound.OutboundCheck;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.provider.ProviderKind;
import dev.tollgate.admin.provider.ServiceAuth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Whether a service may be stored as it is written. */
@Component
class ServiceCheck {

  /** First path segments that lead elsewhere at the gateway. */
  private static final Set<String> RESERVED = Set.of("v1", "v1beta", "health", ".", "..");

  private static final String CUSTOM = "custom";

  private final ProviderCatalogue catalogue;
  private final CredentialDirectory credentials;
  private final OutboundCheck outbound;
  private final AuthCheck authCheck;
  private final HeaderCheck headerCheck;

  ServiceCheck(
      ProviderCatalogue catalogue,
      CredentialDirectory credentials,
      OutboundCheck outbound,
      AuthCheck authCheck,
      HeaderCheck headerCheck) {
    this.catalogue = catalogue;
    this.credentials = credentials;
    this.outbound = outbound;
    this.authCheck = authCheck;
    this.headerCheck = headerCheck;
  }

  /** Fails with 400 or 422. */
  Mono<CheckedService> check(Scope owner, ServiceBody body) {
    ProviderKind kind = kind(body);
    refuseBadNames(body);
    return credential(owner, body)
        .flatMap(credential -> check(owner, body, kind, credential.orElse(null)));
  }

  private Mono<CheckedService> check(
      Scope owner, ServiceBody body, ProviderKind kind, @Nullable Entry credential) {
    refuseOtherProvider(kind, credential);
    return outbound
        .check(urlText(body, kind, credential), "/base_url")
        .flatMap(url -> {
          refuseOtherHost(credential, url);
          ServiceAuth auth = authCheck.check(kind, body.auth(), credential);
          return headerCheck
              .check(owner, body.headerTemplates(), url)
              .map(secrets -> checked(body, kind, url, auth, secrets));
        });
  }

  private static CheckedService checked(
      ServiceBody body,
      ProviderKind kind,
      BaseUrl url,
      @Nullable ServiceAuth auth,
      Set<String> secrets) {
    Integer priority = body.priority() == null ? kind.priority() : body.priority();
    return new CheckedService(
        body,
        body.baseUrl() == null ? null : url.toString(),
        url.toString(),
        auth,
        priority == null ? 0 : priority,
        secrets);
  }

  private ProviderKind kind(ServiceBody body) {
    return catalogue
        .find(body.provider())
        .orElseThrow(() ->
            ProblemException.badRequest(
                "/provider", "unknown_provider", "is no provider of the catalogue"));
  }

  private static void refuseBadNames(ServiceBody body) {
    if (RESERVED.contains(body.name())) {
      throw ProblemException.badRequest("/name", "reserved_name", "is a name of the gateway's own");
    }
    List<ServedModel> models = body.models() == null ? List.of() : body.models();
    for (int i = 0; i < models.size(); i++) {
      if (models.get(i).aliasOf() != null && models.get(i).name().contains("*")) {
        throw ProblemException.badRequest(
            "/models/" + i, "invalid_value", "a pattern cannot be an alias");
      }
    }
  }

  private Mono<Optional<Entry>> credential(Scope owner, ServiceBody body) {
    String id = body.credentialId();
    return id == null
        ? Mono.just(Optional.empty())
        : credentials
            .find(owner, id)
            .map(Optional::of)
            .switchIfEmpty(Mono.error(ServiceCheck::unknownCredential));
  }

  private static void refuseOtherProvider(ProviderKind kind, @Nullable Entry credential) {
    if (credential != null
        && !credential.provider().equals(kind.name())
        && !credential.provider().equals(CUSTOM)
        && !kind.name().equals(CUSTOM)) {
      throw ProblemException.unprocessable(
          "/credential_id", "provider_mismatch", "is a credential of another provider");
    }
  }

  private static String urlText(ServiceBody body, ProviderKind kind, @Nullable Entry credential) {
    Map<String, String> clear = credential == null ? Map.of() : credential.clearFields();
    return Optional.ofNullable(body.baseUrl())
        .or(() -> kind.baseUrl(clear))
        .orElseThrow(() ->
            ProblemException.badRequest(
                "/base_url", "required", "this provider has no base URL of its own"));
  }

  private static void refuseOtherHost(@Nullable Entry credential, BaseUrl url) {
    if (credential != null && !credential.allowedHosts().contains(url.allowedHost())) {
      throw ProblemException.unprocessable(
          "/base_url",
          "credential_required",
          "the credential may not be sent to this host; give its value again for it");
    }
  }

  private static ProblemException unknownCredential() {
    return ProblemException.unprocessable(
        "/credential_id", "unknown_credential", "there is no such credential for this owner");
  }
}
