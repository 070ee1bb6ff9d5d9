package dev.tollgate.gateway.modellist;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.routing.ProviderDocuments;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/**
 * Providers' own lists, kept for some minutes under the service's snapshot itself: whatever changes
 * about a service makes a new snapshot, and its list is asked for anew. What failed is not kept.
 */
final class ProviderModels {

  private static final Duration KEPT_FOR = Duration.ofMinutes(5);

  /** In characters, over all lists of one dialect. */
  private static final long MOST_KEPT = 32L * 1024 * 1024;

  private static final Rejection NO_LIST =
      Rejection.of(ErrorCode.PROVIDER_UNAVAILABLE, "The provider did not give a list of models.");

  private final ProviderDocuments documents;
  private final AsyncCache<ServiceSnapshot, List<ModelEntry>> openAi = newCache();
  private final AsyncCache<ServiceSnapshot, List<ModelEntry>> anthropic = newCache();
  private final AsyncCache<ServiceSnapshot, List<ModelEntry>> gemini = newCache();

  ProviderModels(ProviderDocuments documents) {
    this.documents = documents;
  }

  private static AsyncCache<ServiceSnapshot, List<ModelEntry>> newCache() {
    // Weak keys are compared by identity, which is what is meant; see above.
    return Caffeine.newBuilder()
        .weakKeys()
        .maximumWeight(MOST_KEPT)
        .weigher((ServiceSnapshot service, List<ModelEntry> entries) -> weight(entries))
        .expireAfterWrite(KEPT_FOR)
        .buildAsync();
  }

  private static int weight(List<ModelEntry> entries) {
    return 1 + entries.stream().mapToInt(entry -> entry.json().length()).sum();
  }

  /** What the provider of {@code service} lists; emits one value. One call at a time is made. */
  Mono<Listing> of(ProjectSnapshot project, ServiceSnapshot service, ModelDialect dialect) {
    CompletableFuture<List<ModelEntry>> list =
        lists(dialect).get(service, (key, executor) -> load(project, key, dialect));
    return Mono.fromFuture(list, true)
        .<Listing>map(Listing.Listed::new)
        .onErrorResume(RejectionException.class, e -> Mono.just(new Listing.Failed(e.rejection())));
  }

  private AsyncCache<ServiceSnapshot, List<ModelEntry>> lists(ModelDialect dialect) {
    return switch (dialect) {
      case OPENAI -> openAi;
      case ANTHROPIC -> anthropic;
      case GEMINI -> gemini;
    };
  }

  private CompletableFuture<List<ModelEntry>> load(
      ProjectSnapshot project, ServiceSnapshot service, ModelDialect dialect) {
    CompletableFuture<List<ModelEntry>> loaded = new CompletableFuture<>();
    documents
        .get(project, service, dialect.path, dialect.query, dialect.headers())
        .map(document -> read(document, dialect))
        .subscribe(loaded::complete, loaded::completeExceptionally);
    return loaded;
  }

  private static List<ModelEntry> read(byte[] document, ModelDialect dialect) {
    List<ModelEntry> entries = dialect.read(document);
    if (entries == null) {
      throw NO_LIST.asException();
    }
    return entries;
  }
}
