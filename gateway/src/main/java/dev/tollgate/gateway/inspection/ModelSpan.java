package dev.tollgate.gateway.inspection;

/**
 * Where the model's value stands in a JSON body, its quotes included.
 *
 * @param from offset of the opening quote, from the body's reader index
 * @param to offset after the closing quote
 */
public record ModelSpan(int from, int to) {

  public ModelSpan {
    // the shortest value that is a model has one character between its quotes
    if (from < 0 || to < from + 3) {
      throw new IllegalArgumentException("not a string's span: [%d, %d)".formatted(from, to));
    }
  }
}
