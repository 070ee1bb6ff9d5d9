package dev.tollgate.gateway.usage;

import static dev.tollgate.gateway.usage.UsageField.CAUSE_ID;
import static dev.tollgate.gateway.usage.UsageField.CREATES_TURNS;
import static dev.tollgate.gateway.usage.UsageField.ERROR_CODE;
import static dev.tollgate.gateway.usage.UsageField.EVENT;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_CALL;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_IMAGE;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_JSON;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_SOUND;
import static dev.tollgate.gateway.usage.UsageField.OUTPUT_TEXT;
import static dev.tollgate.gateway.usage.UsageField.SOUND_FORMAT;
import static dev.tollgate.gateway.usage.UsageField.TRANSCRIBER;
import static dev.tollgate.gateway.usage.UsageField.TURN_DETECTION;
import static dev.tollgate.gateway.usage.UsageField.TURN_ID;

/** Where the events of OpenAI's realtime conversations carry what their turns consist of. */
final class ConversationVocabulary {

  private static final UsagePath CLIENT = client(UsagePath.root());

  private ConversationVocabulary() {}

  /** What the provider says: its pieces of an answer, and what it adds to every prompt. */
  static void provider(UsagePath root) {
    root.at("type").means(EVENT);
    root.at("delta").means(OUTPUT_TEXT);
    root.at("item.name").means(OUTPUT_CALL);
    root.at("response_id").means(TURN_ID);
    root.at("response.id").means(TURN_ID);
    root.at("error.code").means(ERROR_CODE);
    root.at("error.event_id").means(CAUSE_ID);
    UsagePath session = root.at("session");
    session.at("instructions").means(OUTPUT_TEXT);
    session.at("tools").means(OUTPUT_JSON);
    session.at("input_audio_transcription.model").means(TRANSCRIBER);
    session.at("audio.input.transcription.model").means(TRANSCRIBER);
    session.at("input_audio_format").means(SOUND_FORMAT);
    session.at("output_audio_format").means(SOUND_FORMAT);
    session.at("audio.input.format.type").means(SOUND_FORMAT);
    session.at("audio.output.format.type").means(SOUND_FORMAT);
    detection(session.at("turn_detection"));
    detection(session.at("audio.input.turn_detection"));
  }

  private static void detection(UsagePath place) {
    place.means(TURN_DETECTION);
    place.at("create_response").means(CREATES_TURNS);
  }

  /** What the client says; of the session the provider tells how it understood it. */
  static UsagePath client() {
    return CLIENT;
  }

  private static UsagePath client(UsagePath root) {
    root.at("audio").means(OUTPUT_SOUND);
    UsagePath item = root.at("item");
    item.at("output").means(OUTPUT_TEXT);
    item.at("arguments").means(OUTPUT_TEXT);
    UsagePath content = item.at("content[]");
    content.at("text").means(OUTPUT_TEXT);
    content.at("transcript").means(OUTPUT_TEXT);
    content.at("audio").means(OUTPUT_SOUND);
    content.at("image_url").means(OUTPUT_IMAGE);
    UsagePath response = root.at("response");
    response.at("instructions").means(OUTPUT_TEXT);
    response.at("input").means(OUTPUT_JSON);
    response.at("tools").means(OUTPUT_JSON);
    return root;
  }
}
