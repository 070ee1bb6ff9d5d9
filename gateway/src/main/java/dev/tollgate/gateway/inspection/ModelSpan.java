package dev.tollgate.gateway.inspection;

/**
 * Where the model's value stands in a JSON body, its quotes included.
 *
 * @param from offset of the opening quote, from the body's reader index
 * @param to offset after the closing quote
 * @param before what stands before the name within the value and stays when the name changes, as
 *     {@code models/} does where Gemini's bodies repeat the path's model; else empty
 */
public record ModelSpan(int from, int to, String before) {

  public ModelSpan(int from, int to) {
    this(from, to, "");
  }

  ModelSpan withNameBehind(String kept) {
    return new ModelSpan(from, to, kept);
  }

  public ModelSpan {
    // the shortest value that is a model has one character between its quotes
    if (from < 0 || to < from + 3) {
      throw new IllegalArgumentException("not a string's span: [%d, %d)".formatted(from, to));
    }
  }
}
