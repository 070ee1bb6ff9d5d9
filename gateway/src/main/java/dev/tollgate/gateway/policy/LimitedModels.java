package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.policy.LimitRules.ModelLimits;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The models that one document limits. A limit holds over every spelling and form of a name that
 * some provider could take for the same, as what is denied does, and all of them count together.
 * Where several limits fit, the one written exactly so holds, else that of the nearest form.
 * Thread-safe.
 */
public final class LimitedModels {

  /** No model is limited. */
  public static final LimitedModels NONE = new LimitedModels(Map.of());

  private static final int LONGEST_KEPT = 256;

  private final Map<String, ModelLimits> written;
  private final Map<String, OfModel> byForm = new HashMap<>();
  private volatile @Nullable Answer last;

  /**
   * One model's limits.
   *
   * @param name as the document has it, whatever the request calls the model: what is used is
   *     counted under it
   */
  public record OfModel(String name, ModelLimits limits) {}

  private record Answer(String model, @Nullable OfModel limits) {}

  private LimitedModels(Map<String, ModelLimits> written) {
    this.written = Map.copyOf(written);
    written.forEach((name, limits) ->
        ModelRules.comparable(name)
            .forEach(form -> byForm.putIfAbsent(form, new OfModel(name, limits))));
  }

  /** Limits by the models' names as written. */
  public static LimitedModels of(Map<String, ModelLimits> written) {
    return written.isEmpty() ? NONE : new LimitedModels(written);
  }

  public boolean isEmpty() {
    return written.isEmpty();
  }

  /** What holds over a model; null if nothing does. */
  public @Nullable OfModel find(@Nullable String model) {
    if (model == null || isEmpty()) {
      return null;
    }
    Answer known = last;
    if (known != null && known.model().equals(model)) {
      return known.limits();
    }
    OfModel found = search(model);
    if (model.length() <= LONGEST_KEPT) {
      last = new Answer(model, found);
    }
    return found;
  }

  private @Nullable OfModel search(String model) {
    ModelLimits exact = written.get(model);
    if (exact != null) {
      return new OfModel(model, exact);
    }
    for (String form : ModelForms.of(ModelSpelling.plain(model))) {
      OfModel found = byForm.get(form);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LimitedModels models && written.equals(models.written);
  }

  @Override
  public int hashCode() {
    return written.hashCode();
  }

  @Override
  public String toString() {
    return written.toString();
  }
}
