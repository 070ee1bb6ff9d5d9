package dev.tollgate.admin.service;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Project;
import dev.tollgate.admin.project.Projects;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A project's own services, found by their names. Each fails with 404 for what the caller sees none
 * of.
 */
@Component
class OwnedServices {

  private final Projects projects;
  private final ServiceRepository repository;

  OwnedServices(Projects projects, ServiceRepository repository) {
    this.projects = projects;
    this.repository = repository;
  }

  Mono<Service> get(Caller caller, String projectId, String name) {
    return projects
        .get(caller, projectId)
        .then(Mono.defer(() -> find(projectId, name)))
        .map(StoredService::shown);
  }

  Flux<Service> list(Caller caller, String projectId, PageRequest page) {
    return projects
        .get(caller, projectId)
        .thenMany(repository.listOwned(projectId, page))
        .map(StoredService::shown);
  }

  /** Nobody else changes the project until the end of the transaction. */
  Mono<Project> lockProject(Caller caller, String projectId) {
    return projects.getForUpdate(caller, projectId);
  }

  /** As {@link #get}, with the project locked. */
  Mono<StoredService> lock(Caller caller, String projectId, String name) {
    return lockProject(caller, projectId).then(Mono.defer(() -> find(projectId, name)));
  }

  private Mono<StoredService> find(String projectId, String name) {
    return repository
        .findOwned(projectId, name)
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }
}
