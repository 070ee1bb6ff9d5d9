package dev.tollgate.admin.pricing;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Scopes;
import dev.tollgate.admin.provider.ProviderCatalogue;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with prices. Only overrides are made and deleted; shipped ones are read. */
@Component
class Prices {

  private final PriceRepository repository;
  private final ProviderCatalogue providers;
  private final Scopes scopes;
  private final AuditLog audit;
  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;

  Prices(
      PriceRepository repository,
      ProviderCatalogue providers,
      Scopes scopes,
      AuditLog audit,
      Transactions transactions,
      Ids ids,
      Clock clock) {
    this.repository = repository;
    this.providers = providers;
    this.scopes = scopes;
    this.audit = audit;
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  Mono<Price> create(Caller caller, ObjectNode body) {
    ObjectNode document = NewPrice.check(body, clock.instant());
    NewPrice wanted = NewPrice.of(document);
    return transactions.inOne(
        scopes
            .resolve(caller, document.path("organization_id").asString(null), null)
            .flatMap(owner -> insert(caller, owner.organizationId(), wanted)));
  }

  private Mono<Price> insert(Caller caller, String organizationId, NewPrice wanted) {
    if (providers.find(wanted.provider()).isEmpty()) {
      return Mono.error(
          ProblemException.unprocessable(
              "/provider", "unknown_provider", "is no provider of the catalogue"));
    }
    return repository
        .insert(ids.next("prc"), organizationId, wanted, caller.actor())
        .switchIfEmpty(Mono.error(Prices::exists))
        .flatMap(
            made -> audit.write(AuditEntry.created(caller, subject(made), made)).thenReturn(made));
  }

  /** A shipped price, or an override that the caller may see, else 404. */
  Mono<Price> get(Caller caller, String id) {
    return repository
        .find(id)
        .filter(price -> price.organizationId() == null || caller.sees(price.organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  Mono<Page<Price>> list(PriceFilter filter, PageRequest page) {
    return repository.list(filter, page).collectList().map(rows -> page.page(rows, Price::id));
  }

  /** Takes back a price that is not in force yet. */
  Mono<Void> delete(Caller caller, String id, @Nullable String ifMatch) {
    return transactions.inOne(get(caller, id).flatMap(before -> delete(caller, before, ifMatch)));
  }

  private Mono<Void> delete(Caller caller, Price before, @Nullable String ifMatch) {
    if (before.organizationId() == null) {
      return Mono.error(
          ProblemException.conflict(
              "price_shipped", "A shipped price cannot be deleted; make a price of your own."));
    }
    IfMatch.check(ifMatch, before.version());
    return repository
        .deleteBeforeItsTime(before.id())
        .flatMap(deleted -> deleted ? Mono.just(true) : Mono.error(inForce()))
        .then(audit.write(AuditEntry.deleted(caller, subject(before), before)));
  }

  private static ProblemException exists() {
    return ProblemException.conflict(
        "price_exists", "There is a price for this model from this time on.");
  }

  private static ProblemException inForce() {
    return ProblemException.conflict(
        "price_in_force", "Usage may have been charged at this price; make a later one.");
  }

  private static Subject subject(Price price) {
    return new Subject("price", price.id(), price.organizationId(), null);
  }
}
