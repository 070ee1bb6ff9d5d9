package dev.tollgate.gateway.inspection;

/** What a model's name may be, whatever kind of body it stands in. */
final class ModelText {

  /** UTF-16 code units. */
  static final int MAX_LENGTH = 512;

  private static final String PARAM = "model";

  private ModelText() {}

  /**
   * The name as it is.
   *
   * @throws MalformedBodyException if it is empty, too long, or might be read as another name
   */
  static String checked(String model) {
    if (model.isEmpty() || model.length() > MAX_LENGTH) {
      throw new MalformedBodyException(
          "The model must have 1 to %d characters.".formatted(MAX_LENGTH), PARAM);
    }
    if (!model.codePoints().allMatch(ModelText::isText)) {
      throw new MalformedBodyException("The model has characters that are not text.", PARAM);
    }
    // A provider that strips it would run a model whose bare name may be denied.
    if (isSpace(model.codePointAt(0)) || isSpace(model.codePointBefore(model.length()))) {
      throw new MalformedBodyException("The model begins or ends with white space.", PARAM);
    }
    return model;
  }

  /** Neither a control character nor half of a surrogate pair, which no UTF-8 can carry on. */
  private static boolean isText(int codePoint) {
    int type = Character.getType(codePoint);
    return type != Character.CONTROL && type != Character.SURROGATE;
  }

  private static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
  }
}
