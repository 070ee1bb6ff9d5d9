package dev.tollgate.gateway.inspection;

import java.util.List;

/**
 * How long a request and its answer may be, as far as its body tells in passing: for bounds of
 * requests that nobody counts.
 *
 * @param numbers maxima where a provider may look for them, and counts of answers, wherever they
 *     stand; the largest of each kind
 * @param messages whether the body has {@code messages}
 * @param more whether the prompt may have more than the body shows: what is kept elsewhere
 */
public record Extent(List<Named> numbers, boolean messages, boolean more) {

  /** Of a body that was not read. */
  public static final Extent UNSEEN = new Extent(List.of(), false, true);

  public Extent {
    numbers = List.copyOf(numbers);
  }

  /**
   * A number.
   *
   * @param root whether it stands in the body's root object
   */
  public record Named(RequestMember member, boolean root, long value) {}
}
