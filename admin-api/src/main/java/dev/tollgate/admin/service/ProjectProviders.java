package dev.tollgate.admin.service;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.credential.Credential;
import dev.tollgate.admin.credential.CredentialDirectory;
import dev.tollgate.admin.credential.CredentialValues;
import dev.tollgate.admin.credential.Credentials;
import dev.tollgate.admin.credential.NewCredential;
import dev.tollgate.admin.credential.NewValue;
import dev.tollgate.admin.outbound.BaseUrl;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Project;
import dev.tollgate.admin.project.Projects;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.provider.AuthMethod;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.provider.ProviderKind;
import dev.tollgate.admin.schema.Transactions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** A project's providers: a credential and a service made, changed and ended in one step. */
@Component
class ProjectProviders {

  private static final String KEY_FIELD = "api_key";
  private static final String CUSTOM = "custom";

  private final Projects projects;
  private final Services services;
  private final ServiceRepository repository;
  private final Credentials credentials;
  private final CredentialValues values;
  private final CredentialDirectory directory;
  private final ProviderCatalogue catalogue;
  private final Transactions transactions;
  private final JsonBodies bodies;

  ProjectProviders(
      Projects projects,
      Services services,
      ServiceRepository repository,
      Credentials credentials,
      CredentialValues values,
      CredentialDirectory directory,
      ProviderCatalogue catalogue,
      Transactions transactions,
      JsonBodies bodies) {
    this.projects = projects;
    this.services = services;
    this.repository = repository;
    this.credentials = credentials;
    this.values = values;
    this.directory = directory;
    this.catalogue = catalogue;
    this.transactions = transactions;
    this.bodies = bodies;
  }

  Mono<ProjectProvider> create(Caller caller, String projectId, NewProvider body) {
    ProviderKind kind = kind(body);
    return transactions.inOne(
        projects
            .getForUpdate(caller, projectId)
            .flatMap(project -> create(caller, project, body, kind)));
  }

  private Mono<ProjectProvider> create(
      Caller caller, Project project, NewProvider body, ProviderKind kind) {
    Scope owner = new Scope(project.organizationId(), project.id());
    return makeCredential(caller, project, body, kind)
        .flatMap(credential ->
            services
                .create(caller, owner, service(body, kind, credential.orElse(null)))
                .map(service -> ProjectProvider.of(service, credential.orElse(null))));
  }

  private Mono<Optional<Credential>> makeCredential(
      Caller caller, Project project, NewProvider body, ProviderKind kind) {
    return body.apiKey() == null
        ? Mono.just(Optional.empty())
        : Mono.defer(() -> credentials.create(caller, credential(project, body, kind)))
            .map(Optional::of);
  }

  private static NewCredential credential(Project project, NewProvider body, ProviderKind kind) {
    AuthMethod method = methodWithKey(kind);
    return new NewCredential(
        null,
        project.id(),
        body.name(),
        kind.name(),
        method.name(),
        fields(method, body),
        null,
        null,
        null,
        body.baseUrl() == null ? null : hostOf(body.baseUrl()));
  }

  /** Where a kind asks for its endpoint, that is the base URL. */
  private static Map<String, String> fields(AuthMethod method, NewProvider body) {
    Map<String, String> fields = new TreeMap<>();
    fields.put(KEY_FIELD, body.apiKey() == null ? "" : body.apiKey());
    String baseUrl = body.baseUrl();
    if (baseUrl != null) {
      method.fields().stream()
          .filter(spec -> Boolean.TRUE.equals(spec.url()))
          .forEach(spec -> fields.put(spec.name(), baseUrl));
    }
    return fields;
  }

  private static List<String> hostOf(String baseUrl) {
    return BaseUrl.parse(baseUrl)
        .map(url -> List.of(url.allowedHost()))
        .orElseThrow(() ->
            ProblemException.badRequest(
                "/base_url", "invalid_value", "must be an http or https URL with a host"));
  }

  private static AuthMethod methodWithKey(ProviderKind kind) {
    return kind.authMethods().stream()
        .filter(method -> method.fields().stream().anyMatch(f -> f.name().equals(KEY_FIELD)))
        .findFirst()
        .orElseThrow(() ->
            ProblemException.unprocessable(
                "/provider",
                "fields_required",
                "this provider takes no api_key; make a credential and a service instead"));
  }

  private static ServiceBody service(
      NewProvider body, ProviderKind kind, @Nullable Credential credential) {
    return new ServiceBody(
        body.name(),
        kind.name(),
        serviceUrl(body.baseUrl(), kind),
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
  private static @Nullable String serviceUrl(@Nullable String baseUrl, ProviderKind kind) {
    boolean bare =
        baseUrl != null
            && kind.hasBaseUrlOfCredential()
            && BaseUrl.parse(baseUrl).map(url -> url.path().isEmpty()).orElse(false);
    return bare ? null : baseUrl;
  }

  private ProviderKind kind(NewProvider body) {
    String asked = body.provider();
    if (asked != null) {
      return catalogue
          .find(asked)
          .orElseThrow(() ->
              ProblemException.badRequest(
                  "/provider", "unknown_provider", "is no provider of the catalogue"));
    }
    return catalogue.find(body.name()).or(() -> catalogue.find(CUSTOM)).orElseThrow();
  }

  Mono<ProjectProvider> get(Caller caller, String projectId, String name) {
    return projects
        .get(caller, projectId)
        .then(Mono.defer(() -> find(projectId, name)))
        .map(StoredService::shown)
        .flatMap(service -> show(caller, service));
  }

  private Mono<StoredService> find(String projectId, String name) {
    return repository
        .findOwned(projectId, name)
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private Mono<ProjectProvider> show(Caller caller, Service service) {
    String credentialId = service.credentialId();
    return credentialId == null
        ? Mono.just(ProjectProvider.of(service, null))
        : credentials
            .get(caller, credentialId)
            .map(credential -> ProjectProvider.of(service, credential));
  }

  Mono<Page<ProjectProvider>> list(Caller caller, String projectId, PageRequest page) {
    return projects
        .get(caller, projectId)
        .thenMany(repository.listOwned(projectId, page))
        .map(StoredService::shown)
        .concatMap(service -> show(caller, service))
        .collectList()
        .map(rows -> page.page(rows, ProjectProvider::id));
  }

  Mono<ProjectProvider> change(
      Caller caller, String projectId, String name, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        projects
            .getForUpdate(caller, projectId)
            .then(Mono.defer(() -> find(projectId, name)))
            .flatMap(before -> change(caller, before, ifMatch, patch)));
  }

  private Mono<ProjectProvider> change(
      Caller caller, StoredService before, @Nullable String ifMatch, ObjectNode patch) {
    IfMatch.check(ifMatch, before.shown().version());
    ProviderChange wanted =
        bodies.merge(new ProviderChange(before.baseUrl(), null), patch, ProviderChange.class);
    ObjectNode servicePatch = patch.objectNode();
    servicePatch.put("base_url", wanted.baseUrl());
    return giveAgain(caller, before.shown(), wanted)
        .then(Mono.defer(() -> services.change(caller, before.shown().id(), null, servicePatch)))
        .flatMap(service -> show(caller, service));
  }

  /** With the key given again it may be sent to the new host, and to no other. */
  private Mono<Void> giveAgain(Caller caller, Service service, ProviderChange wanted) {
    String key = wanted.apiKey();
    if (key == null) {
      return Mono.empty();
    }
    List<String> hosts = wanted.baseUrl() == null ? null : hostOf(wanted.baseUrl());
    return replaceKey(caller, service, key, null, hosts).then();
  }

  private Mono<Credential> replaceKey(
      Caller caller,
      Service service,
      String key,
      @Nullable Integer graceHours,
      @Nullable List<String> hosts) {
    String credentialId = service.credentialId();
    Scope owner = new Scope(service.organizationId(), service.projectId());
    return Mono.justOrEmpty(credentialId)
        .flatMap(id -> directory.find(owner, id))
        .switchIfEmpty(Mono.error(ProjectProviders::noCredential))
        .flatMap(credential -> {
          Map<String, String> fields = new TreeMap<>(credential.clearFields());
          fields.put(KEY_FIELD, key);
          NewValue value = new NewValue(fields, null, graceHours, hosts);
          return values.replace(caller, credential.id(), null, value);
        });
  }

  private static ProblemException noCredential() {
    return ProblemException.unprocessable(
        "/api_key", "no_credential", "this provider was made without a key; make it anew");
  }

  Mono<ProjectProvider> rotate(
      Caller caller, String projectId, String name, ProviderRotation body) {
    return transactions.inOne(
        projects
            .getForUpdate(caller, projectId)
            .then(Mono.defer(() -> find(projectId, name)))
            .map(StoredService::shown)
            .flatMap(service ->
                replaceKey(caller, service, body.apiKey(), body.gracePeriodHours(), null)
                    .map(credential -> ProjectProvider.of(service, credential))));
  }

  /** A credential that other services use stays. */
  Mono<Void> delete(Caller caller, String projectId, String name, @Nullable String ifMatch) {
    return transactions.inOne(
        projects
            .getForUpdate(caller, projectId)
            .then(Mono.defer(() -> find(projectId, name)))
            .map(StoredService::shown)
            .flatMap(service ->
                services
                    .delete(caller, service.id(), ifMatch)
                    .then(Mono.defer(() -> deleteCredential(caller, service)))));
  }

  private Mono<Void> deleteCredential(Caller caller, Service service) {
    return Mono.justOrEmpty(service.credentialId())
        .flatMap(id -> credentials.get(caller, id))
        .filter(credential -> credential.usedBy().isEmpty() && credential.projectId() != null)
        .flatMap(credential -> credentials.delete(caller, credential.id(), null, false));
  }
}
