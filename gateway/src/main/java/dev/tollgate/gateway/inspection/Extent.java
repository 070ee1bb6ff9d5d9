package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.pipeline.ServiceTiers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long a request and its answer may be, and what else its cost depends on, as far as its body
 * tells in passing: for bounds of requests that nobody counts.
 *
 * @param numbers maxima where a provider may look for them, and counts of answers, wherever they
 *     stand; the largest of each kind
 * @param ambiguous whether maxima are given twice, or in too many ways, so that which one holds is
 *     open
 * @param more whether the prompt may have more than the body shows: what is kept elsewhere
 * @param serviceTier that it asks for, by its {@linkplain ServiceTiers#canonical canonical name};
 *     null: none, or whichever the provider takes
 * @param fileSearch whether the provider may search files
 * @param searchPreview whether it may search the web by the preview of that tool
 */
public record Extent(
    List<Named> numbers,
    boolean ambiguous,
    boolean more,
    @Nullable String serviceTier,
    boolean fileSearch,
    boolean searchPreview) {

  /** Of a body that was not read. */
  public static final Extent UNSEEN = new Extent(List.of(), false, true, null, false, false);

  public Extent {
    numbers = List.copyOf(numbers);
  }

  /**
   * A number.
   *
   * @param name as written
   * @param within the member of the root that it is a member of, as written; empty: it is one of
   *     the root's, or a count of answers
   * @param value rounded up; 0: below 1, or no number; of a count of answers that is no number as
   *     much as any
   */
  public record Named(RequestMember member, String name, String within, long value) {}
}
