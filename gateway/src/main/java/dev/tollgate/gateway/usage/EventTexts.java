package dev.tollgate.gateway.usage;

import org.jspecify.annotations.Nullable;

/** What an event of a conversation says of itself, and what was said of the conversation before. */
final class EventTexts {

  private String kind = "";
  private String soundFormat = "";
  private @Nullable String transcriber;
  private @Nullable String turnId;
  private @Nullable String errorCode;
  private @Nullable String causeId;
  private boolean answersNobody;

  void take(UsageField field, String text) {
    switch (field) {
      case EVENT -> kind = text;
      case SOUND_FORMAT ->
          soundFormat = soundFormat.isEmpty() || soundFormat.equals(text) ? text : "several";
      case TRANSCRIBER -> transcriber = text;
      case TURN_ID -> turnId = text;
      case ERROR_CODE -> errorCode = text;
      case CAUSE_ID -> causeId = text;
      default -> throw new IllegalArgumentException(field + " is no text of an event");
    }
  }

  void switched(UsageField field, byte first) {
    answersNobody |= first == (field == UsageField.TURN_DETECTION ? 'n' : 'f');
  }

  /** Another event begins. */
  void startOver() {
    kind = "";
    turnId = null;
    errorCode = null;
    causeId = null;
    answersNobody = false;
  }

  /** Empty where it has not said so. */
  String kind() {
    return kind;
  }

  /** Empty where nobody has said so. */
  String soundFormat() {
    return soundFormat;
  }

  /** The model that writes down what the client says, where the session has one. */
  @Nullable String transcriber() {
    return transcriber;
  }

  /** Which turn it is of. */
  @Nullable String turnId() {
    return turnId;
  }

  /** Why something was refused. */
  @Nullable String errorCode() {
    return errorCode;
  }

  /** The client's event that was refused. */
  @Nullable String causeId() {
    return causeId;
  }

  /** Whether the provider begins no turn by itself. */
  boolean answersNobody() {
    return answersNobody;
  }
}
