package dev.tollgate.admin.provider;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Describes the kinds, so that a form can be drawn from it. */
@RestController
@RequestMapping("/v1/providers")
class ProviderController {

  private final ProviderCatalogue catalogue;

  ProviderController(ProviderCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Allowed(Permission.SERVICE_READ)
  @GetMapping
  Mono<Page<ProviderKind>> list(
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor) {
    PageRequest page = PageRequest.of(limit, cursor);
    return Mono.just(page.pageOf(List.copyOf(catalogue.all()), ProviderKind::name));
  }

  @Allowed(Permission.SERVICE_READ)
  @GetMapping("/{name}")
  Mono<ProviderKind> get(@PathVariable String name) {
    return Mono.justOrEmpty(catalogue.find(name))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }
}
