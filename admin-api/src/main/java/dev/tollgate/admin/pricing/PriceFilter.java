package dev.tollgate.admin.pricing;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.document.Rfc3339;
import dev.tollgate.admin.problem.ProblemException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which prices a list shows.
 *
 * @param visible the organization whose overrides the caller may see beside the shipped prices;
 *     null: those of all
 * @param organizationId only the overrides of this one; null: everything visible
 * @param model only rows of this name, or whose beginning of a name it has
 * @param at only what is in force at this time; null: past and future as well
 */
record PriceFilter(
    @Nullable String visible,
    @Nullable String organizationId,
    @Nullable String provider,
    @Nullable String model,
    @Nullable Instant at) {

  /**
   * From the query parameters.
   *
   * @throws ProblemException 404 if the organization is not the caller's, 400 if the time is none
   */
  static PriceFilter of(
      Caller caller,
      @Nullable String organizationId,
      @Nullable String provider,
      @Nullable String model,
      @Nullable String at) {
    if (organizationId != null) {
      caller.mustSee(organizationId);
    }
    return new PriceFilter(
        caller.organizationId(), organizationId, provider, model, at == null ? null : time(at));
  }

  private static Instant time(String text) {
    return Rfc3339.parse(text)
        .orElseThrow(
            () -> ProblemException.badParameter("invalid_parameter", "at is no RFC 3339 time."));
  }
}
