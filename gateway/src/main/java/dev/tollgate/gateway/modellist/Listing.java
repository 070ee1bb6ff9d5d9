package dev.tollgate.gateway.modellist;

import dev.tollgate.gateway.error.Rejection;
import java.util.List;

/** What came of asking a provider for its list. */
sealed interface Listing {

  /** Nothing was asked: the service itself names all that it serves. */
  Listing NOT_NEEDED = new Listed(List.of());

  record Listed(List<ModelEntry> entries) implements Listing {}

  record Failed(Rejection reason) implements Listing {}
}
