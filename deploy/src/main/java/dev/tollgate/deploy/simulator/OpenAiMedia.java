package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** Images, speech, transcriptions and moderations. */
final class OpenAiMedia {

  /** A PNG of one transparent pixel. */
  private static final String PIXEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5E"
          + "rkJggg==";

  private static final int SPEECH_FRAMES = 16;
  private static final int SPEECH_FRAME_BYTES = 4096;

  private OpenAiMedia() {}

  static Answer image(Prompt prompt) {
    int tokens = prompt.inputTokens();
    return Answer.json(
            200,
            Json.object(
                "created", OpenAi.CREATED,
                "data", List.of(Json.object("b64_json", PIXEL)),
                "usage",
                    Json.object(
                        "input_tokens",
                        tokens,
                        "output_tokens",
                        100,
                        "total_tokens",
                        tokens + 100,
                        "input_tokens_details",
                        Json.object("text_tokens", tokens, "image_tokens", 0))))
        .counting(tokens);
  }

  /** Every byte value, many times: whoever treats it as text breaks it. */
  static Answer speech(Prompt prompt) {
    List<Frame> frames = new ArrayList<>();
    for (int frame = 0; frame < SPEECH_FRAMES; frame++) {
      byte[] bytes = new byte[SPEECH_FRAME_BYTES];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (i * 31 + frame);
      }
      frames.add(new Frame(bytes, 0));
    }
    return new Answer(
        200,
        List.of(new Header("content-type", "audio/mpeg")),
        frames,
        Delivery.PROMPT,
        prompt.inputTokens());
  }

  static byte[] pixel() {
    return Base64.getDecoder().decode(PIXEL);
  }

  /** Says how much it heard, so that a test sees that the upload came through whole. */
  static Answer transcription(RecordedRequest request) {
    Multipart form = Multipart.parse(request.header("content-type"), request.body());
    Multipart.Part file = form.part("file");
    if (file == null) {
      return ProviderProtocol.OPENAI.error(400, "invalid_request_error", "file is required");
    }
    String text =
        "Heard "
            + file.content().length
            + " bytes of "
            + Objects.requireNonNull(file.fileName(), "");
    return Answer.json(
        200,
        Json.object(
            "text",
            text,
            "usage",
            Json.object(
                "type", "tokens", "input_tokens", 14, "output_tokens", 6, "total_tokens", 20)));
  }

  static Answer moderation(Prompt prompt, String id) {
    return Answer.json(
        200,
        Json.object(
            "id", id,
            "model", prompt.model().name(),
            "results",
                List.of(
                    Json.object(
                        "flagged", false,
                        "categories", Json.object("violence", false),
                        "category_scores", Json.object("violence", 0.001)))));
  }
}
