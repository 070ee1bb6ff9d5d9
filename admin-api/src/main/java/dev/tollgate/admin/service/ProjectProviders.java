package dev.tollgate.admin.service;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.project.Project;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.schema.Transactions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** A project's providers: a credential and a service made, changed and ended in one step. */
@Component
class ProjectProviders {

  private final OwnedServices owned;
  private final Services services;
  private final ProviderKeys keys;
  private final ProviderCatalogue catalogue;
  private final Transactions transactions;
  private final JsonBodies bodies;

  ProjectProviders(
      OwnedServices owned,
      Services services,
      ProviderKeys keys,
      ProviderCatalogue catalogue,
      Transactions transactions,
      JsonBodies bodies) {
    this.owned = owned;
    this.services = services;
    this.keys = keys;
    this.catalogue = catalogue;
    this.transactions = transactions;
    this.bodies = bodies;
  }

  Mono<ProjectProvider> create(Caller caller, String projectId, NewProvider body) {
    ProviderPlan plan = ProviderPlan.of(body, catalogue);
    return transactions.inOne(
        owned.lockProject(caller, projectId).flatMap(project -> create(caller, project, plan)));
  }

  private Mono<ProjectProvider> create(Caller caller, Project project, ProviderPlan plan) {
    Scope owner = new Scope(project.organizationId(), project.id());
    return keys.make(caller, plan.credential(project.id()))
        .flatMap(credential ->
            services
                .create(caller, owner, plan.service(credential.orElse(null)))
                .map(service -> ProjectProvider.of(service, credential.orElse(null))));
  }

  Mono<ProjectProvider> get(Caller caller, String projectId, String name) {
    return owned.get(caller, projectId, name).flatMap(service -> keys.show(caller, service));
  }

  Mono<Page<ProjectProvider>> list(Caller caller, String projectId, PageRequest page) {
    return owned
        .list(caller, projectId, page)
        .concatMap(service -> keys.show(caller, service))
        .collectList()
        .map(rows -> page.page(rows, ProjectProvider::id));
  }

  Mono<ProjectProvider> change(
      Caller caller, String projectId, String name, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        owned
            .lock(caller, projectId, name)
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
        .flatMap(service -> keys.show(caller, service));
  }

  /** With the key given again it may be sent to the new host, and to no other. */
  private Mono<Void> giveAgain(Caller caller, Service service, ProviderChange wanted) {
    String key = wanted.apiKey();
    if (key == null) {
      return Mono.empty();
    }
    List<String> hosts = wanted.baseUrl() == null ? null : ProviderPlan.hostOf(wanted.baseUrl());
    return keys.replace(caller, service, key, null, hosts).then();
  }

  Mono<ProjectProvider> rotate(
      Caller caller, String projectId, String name, ProviderRotation body) {
    return transactions.inOne(
        owned
            .lock(caller, projectId, name)
            .map(StoredService::shown)
            .flatMap(service ->
                keys.replace(caller, service, body.apiKey(), body.gracePeriodHours(), null)
                    .map(credential -> ProjectProvider.of(service, credential))));
  }

  /** A credential that other services use stays. */
  Mono<Void> delete(Caller caller, String projectId, String name, @Nullable String ifMatch) {
    return transactions.inOne(
        owned
            .lock(caller, projectId, name)
            .map(StoredService::shown)
            .flatMap(service ->
                services
                    .delete(caller, service.id(), ifMatch)
                    .then(Mono.defer(() -> keys.deleteUnused(caller, service)))));
  }
}
