package dev.tollgate.gateway.modellist;

import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot.ServedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A service and what its provider lists. */
record ModelSource(ServiceSnapshot service, Listing listing) {

  /** Whether the provider must be asked: no one else knows what a glob, or no list, stands for. */
  static boolean needsListing(ServiceSnapshot service) {
    List<ServedModel> models = service.models();
    return models == null || models.stream().anyMatch(ModelSource::isGlob);
  }

  private static boolean isGlob(ServedModel model) {
    return model.name().indexOf('*') >= 0;
  }

  /**
   * What the service offers: the names that it says itself, then what its provider lists and it
   * serves. A name that both say is described by the provider.
   */
  List<OfferedModel> offered(ModelDialect dialect) {
    List<ModelEntry> listed = listing instanceof Listing.Listed(var entries) ? entries : List.of();
    List<OfferedModel> offered = new ArrayList<>();
    List<ServedModel> models = service.models();
    if (models != null) {
      Map<String, ModelEntry> byId = new HashMap<>();
      listed.forEach(entry -> byId.putIfAbsent(entry.id(), entry));
      for (ServedModel model : models) {
        if (!isGlob(model)) {
          offered.add(named(model, byId, dialect));
        }
      }
    }
    for (ModelEntry entry : listed) {
      OfferedModel model = served(entry);
      if (model != null) {
        offered.add(model);
      }
    }
    return offered;
  }

  /** An alias is described by its name alone: the provider's entry is another model's. */
  private OfferedModel named(
      ServedModel model, Map<String, ModelEntry> byId, ModelDialect dialect) {
    ModelEntry listed = model.upstreamName() == null ? byId.get(model.name()) : null;
    ModelEntry entry = listed != null ? listed : dialect.entry(model.name(), service.provider());
    return new OfferedModel(entry, model.upstreamName());
  }

  private @Nullable OfferedModel served(ModelEntry entry) {
    List<ServedModel> models = service.models();
    if (models == null) {
      return new OfferedModel(entry, null);
    }
    for (ServedModel model : models) {
      if (model.serves(entry.id())) {
        return new OfferedModel(entry, model.upstreamName());
      }
    }
    return null;
  }
}
