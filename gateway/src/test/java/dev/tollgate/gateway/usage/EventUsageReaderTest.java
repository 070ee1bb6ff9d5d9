package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EventUsageReaderTest {

  private final EventUsageReader reader =
      new EventUsageReader(Protocol.OPENAI, EventUsageReader.LONGEST_TURN);

  @Test
  void sumsWhatEachResponseTook() {
    event("{\"type\":\"session.created\",\"session\":{\"model\":\"gpt-realtime-2025\"}}");
    event(done(100, 30, 60));
    event("{\"type\":\"response.output_text.delta\",\"delta\":\"\\\"usage\\\":{\"}");
    event(done(7, 3, 0));
    assertThat(reader.read())
        .isEqualTo(new UsageReading(new TokenUsage(107, 33, 60, 0, 0), "gpt-realtime-2025"));
  }

  @Test
  void readsEventsCutAnywhere() {
    String event = done(100, 30, 60);
    for (int cut = 1; cut < event.length(); cut++) {
      EventUsageReader cutReader =
          new EventUsageReader(Protocol.OPENAI, EventUsageReader.LONGEST_TURN);
      cutReader.accept(bytes(event.substring(0, cut)));
      cutReader.accept(bytes(event.substring(cut)));
      cutReader.eventEnded();
      assertThat(cutReader.read().usage()).isEqualTo(new TokenUsage(100, 30, 60, 0, 0));
    }
  }

  @Test
  void saysNothingWhereNoEventDid() {
    event("{\"type\":\"session.created\"}");
    event("not json {");
    assertThat(reader.read()).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void isNotThrownOffByAnEventThatIsNoJson() {
    event("{\"response\":{\"usage\":{\"input_tokens\":");
    event(done(5, 6, 0));
    assertThat(reader.read().usage()).isEqualTo(new TokenUsage(5, 6, 0, 0, 0));
  }

  @Test
  void countsATurnThatBreaksOff() {
    said(
        "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"content\":"
            + "[{\"type\":\"input_text\",\"text\":\"How far is the moon?\"}]}}");
    said(ASK);
    event(BEGUN);
    event(words("It is 384,400 km away."));
    UsageReading broken = reader.read();
    assertThat(broken.estimated()).isTrue();
    assertThat(usage(broken).input()).isBetween(6L, 80L);
    assertThat(usage(broken).output()).isBetween(8L, 40L);
  }

  @Test
  void owesNothingForATurnThatWasTold() {
    said(ASK);
    event(BEGUN);
    event(words("Hello."));
    event(done(100, 30, 0));
    assertThat(reader.read())
        .isEqualTo(new UsageReading(new TokenUsage(100, 30, 0, 0, 0), null, UsageDetails.NONE));
  }

  /** What the provider refused or cancelled it tells of, too. */
  @Test
  void owesNothingForATurnThatFailed() {
    said(ASK);
    event(BEGUN);
    event("{\"type\":\"response.done\",\"response\":{\"status\":\"failed\",\"usage\":null}}");
    assertThat(reader.read()).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void aTurnIsGivenTheWholeConversation() {
    event(BEGUN);
    event(done(1000, 200, 900));
    said(
        "{\"type\":\"conversation.item.create\",\"item\":{\"content\":[{\"text\":\"And Mars?\"}]}}");
    event(BEGUN);
    UsageReading broken = reader.read();
    assertThat(usage(broken).input()).isBetween(1000L + 1200 + 3, 1000L + 1200 + 80);
    assertThat(usage(broken).cached()).isEqualTo(900);
    assertThat(usage(broken).output()).isEqualTo(200);
  }

  @Test
  void owesTheInputOfATurnThatWasAskedForAndHasNotBegun() {
    event(BEGUN);
    event(done(1000, 200, 0));
    said(ASK);
    assertThat(usage(reader.read()).input()).isBetween(2200L, 2300L);
  }

  @Test
  void owesNothingForATurnThatWasRefused() {
    said(ASK);
    event("{\"type\":\"error\",\"error\":{\"code\":\"conversation_already_has_active_response\"}}");
    assertThat(reader.read()).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void owesNothingForWhatWasSaidWithoutAskingForATurn() {
    event("{\"type\":\"session.created\",\"session\":{\"instructions\":\"Be nice.\"}}");
    said(sound("input_audio_buffer.append", "audio", 64_000));
    assertThat(reader.read()).isEqualTo(UsageReading.NOTHING);
  }

  /** Three seconds in, two seconds out; every 100 ms in and every 50 ms out are a token. */
  @Test
  void countsSoundByItsLength() {
    event(
        "{\"type\":\"session.created\",\"session\":{\"audio\":{\"input\":{\"format\":{\"type\":"
            + "\"audio/pcm\",\"rate\":24000}},\"output\":{\"format\":{\"type\":\"audio/pcm\"}}}}}");
    said(sound("input_audio_buffer.append", "audio", 3 * 64_000));
    event(BEGUN);
    event(sound("response.output_audio.delta", "delta", 2 * 64_000));
    UsageReading broken = reader.read();
    assertThat(usage(broken)).isEqualTo(new TokenUsage(30 + 50, 40, 0, 0, 0));
    assertThat(broken.details().audioInput()).isEqualTo(30);
    assertThat(broken.details().audioOutput()).isEqualTo(40);
  }

  /** As if it were the shortest that a second can be written. */
  @Test
  void countsSoundOfAnUnknownFormatHigh() {
    event(BEGUN);
    event(sound("response.audio.delta", "delta", 64_000));
    assertThat(usage(reader.read()).output()).isBetween(120L, 122L);
  }

  @Test
  void countsEachTurnThatBreaksOffByItself() {
    said(ASK);
    said(ASK);
    event(begun("r1"));
    event(begun("r2"));
    event(words("r1", "word ".repeat(400)));
    event(words("r2", "It is 384,400 km away."));
    event(done("r1", 100, 400));
    UsageReading broken = reader.read();
    assertThat(usage(broken).output()).isBetween(400L + 8, 400L + 40);
  }

  @Test
  void owesTheInputOfEveryTurnThatWasAskedFor() {
    event(BEGUN);
    event(done(1000, 200, 0));
    for (int i = 0; i < 3; i++) {
      said(ASK);
    }
    event(begun("r2"));
    assertThat(usage(reader.read()).input()).isBetween(1000L + 3 * 1200, 1000L + 3 * 1300);
  }

  @Test
  void findsOutWhetherTheProviderBeginsTurns() {
    reader.turns().heard();
    event(
        "{\"type\":\"session.created\",\"session\":{\"turn_detection\":{\"type\":\"server_vad\"}}}");
    assertThat(reader.turns().needed()).isEqualTo(1);
    for (String quiet :
        List.of(
            "\"turn_detection\":null",
            "\"audio\":{\"input\":{\"turn_detection\": null}}",
            "\"turn_detection\":{\"type\":\"server_vad\",\"create_response\":false}")) {
      event("{\"type\":\"session.updated\",\"session\":{%s}}".formatted(quiet));
      assertThat(reader.turns().needed()).as(quiet).isZero();
      event(
          "{\"type\":\"session.updated\",\"session\":{\"turn_detection\":{\"create_response\":true}}}");
      assertThat(reader.turns().needed()).isEqualTo(1);
    }
  }

  @Test
  void readsWhichTurnWasRefused() {
    reader.turns().waits();
    reader.turns().sent(reader.turns().firstUse("event_1"));
    event("{\"type\":\"error\",\"error\":{\"code\":\"invalid_value\",\"event_id\":\"event_2\"}}");
    assertThat(reader.turns().needed()).isEqualTo(1);
    event("{\"type\":\"error\",\"error\":{\"code\":\"invalid_value\",\"event_id\":\"event_1\"}}");
    assertThat(reader.turns().needed()).isZero();
  }

  /** The id that it stands for may be another event's. */
  @Test
  void doesNotReadAnIdWithEscapes() {
    reader.turns().waits();
    reader.turns().sent(reader.turns().firstUse("u00e9"));
    event("{\"type\":\"error\",\"error\":{\"code\":\"invalid_value\",\"event_id\":\"\\u00e9\"}}");
    assertThat(reader.turns().needed()).isEqualTo(1);
  }

  @Test
  void aTurnHasNoMoreThanTheModelTakes() {
    EventUsageReader small =
        new EventUsageReader(Protocol.OPENAI, new TokenUsage(500, 20, 0, 0, 0));
    small.client().accept(bytes(sound("input_audio_buffer.append", "audio", 9_000_000)));
    small.client().eventEnded();
    small.accept(bytes(BEGUN));
    small.eventEnded();
    small.accept(bytes(words("word ".repeat(100))));
    small.eventEnded();
    assertThat(small.read().usage()).isEqualTo(new TokenUsage(500, 20, 0, 0, 0));
  }

  private static final String TRANSCRIBING =
      "{\"type\":\"session.updated\",\"session\":{\"audio\":{\"input\":{\"format\":{\"type\":"
          + "\"audio/pcm\"},\"transcription\":{\"model\":\"gpt-4o-transcribe\"}}}}}";

  private static final String COMMITTED = "{\"type\":\"input_audio_buffer.committed\"}";

  private static String transcription(String what, String more) {
    return "{\"type\":\"conversation.item.input_audio_transcription.%s\"%s}".formatted(what, more);
  }

  /** Two and three seconds; the first is told of, in tokens, the second breaks off. */
  @Test
  void owesForATranscriptionThatBreaksOff() {
    event(TRANSCRIBING);
    said(sound("input_audio_buffer.append", "audio", 2 * 64_000));
    event(COMMITTED);
    said(sound("input_audio_buffer.append", "audio", 3 * 64_000));
    event(COMMITTED);
    event(transcription("delta", ",\"delta\":\"How far\""));
    event(
        transcription(
            "completed",
            ",\"usage\":{\"type\":\"tokens\",\"input_tokens\":22,\"output_tokens\":5,"
                + "\"input_token_details\":{\"audio_tokens\":22}}"));
    UsageReading broken = reader.read();
    assertThat(broken.estimated()).isTrue();
    assertThat(usage(broken).input()).isEqualTo(22 + 30);
    assertThat(broken.details().audioInput()).isEqualTo(22 + 30);
    assertThat(usage(broken).output()).isBetween(6L, 12L);
  }

  @Test
  void owesNothingForATranscriptionThatEnded() {
    event(TRANSCRIBING);
    said(sound("input_audio_buffer.append", "audio", 64_000));
    event(COMMITTED);
    event(transcription("failed", ",\"error\":{}"));
    assertThat(reader.read().usage()).isNull();
    said(sound("input_audio_buffer.append", "audio", 64_000));
    assertThat(reader.read().usage()).as("not committed").isNull();
  }

  /** Without a model for it nothing is written down. */
  @Test
  void owesNothingForSoundThatNobodyWritesDown() {
    said(sound("input_audio_buffer.append", "audio", 64_000));
    event(COMMITTED);
    assertThat(reader.read()).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void aTranscriptionHasBegunWithItsFirstWords() {
    said(sound("input_audio_buffer.append", "audio", 10_666));
    event(transcription("delta", ",\"delta\":\"Hello\""));
    UsageReading broken = reader.read();
    assertThat(usage(broken).input()).isEqualTo(10);
    assertThat(usage(broken).output()).isPositive();
  }

  @Test
  void manyTranscriptionsAtOnceAreOwedAlike() {
    event(TRANSCRIBING);
    for (int i = 0; i < 100; i++) {
      said(sound("input_audio_buffer.append", "audio", 6_400));
      event(COMMITTED);
    }
    assertThat(usage(reader.read()).input()).isEqualTo(100);
  }

  /** As whisper tells it; what a second costs is for its price to say, where that has one. */
  @Test
  void takesSecondsOfATranscriptionForTokensOfSound() {
    event(TRANSCRIBING);
    event(transcription("completed", ",\"usage\":{\"type\":\"duration\",\"seconds\":4}"));
    UsageReading told = reader.told();
    assertThat(told.usage()).isEqualTo(new TokenUsage(40, 0, 0, 0, 0));
    assertThat(told.details().audioInput()).isEqualTo(40);
    assertThat(told.details().audioSeconds()).isEqualTo(4);
  }

  /** A session that only writes down has no other. */
  @Test
  void namesTheModelThatWritesDownWhereThereIsNoOther() {
    event(TRANSCRIBING);
    assertThat(reader.told().model()).isEqualTo("gpt-4o-transcribe");
    event("{\"type\":\"session.updated\",\"session\":{\"model\":\"gpt-realtime\"}}");
    assertThat(reader.told().model()).isEqualTo("gpt-realtime");
  }

  private static final String ASK = "{\"type\":\"response.create\"}";
  private static final String BEGUN =
      "{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"usage\":null}}";

  private static String words(String text) {
    return "{\"type\":\"response.output_text.delta\",\"delta\":\"%s\"}".formatted(text);
  }

  private static String begun(String turn) {
    return "{\"type\":\"response.created\",\"response\":{\"id\":\"%s\"}}".formatted(turn);
  }

  private static String words(String turn, String text) {
    return "{\"type\":\"response.output_text.delta\",\"response_id\":\"%s\",\"delta\":\"%s\"}"
        .formatted(turn, text);
  }

  private static String done(String turn, int input, int output) {
    return done(input, output, 0).replace("\"id\":\"r\"", "\"id\":\"" + turn + "\"");
  }

  private static String sound(String event, String name, int length) {
    return "{\"type\":\"%s\",\"%s\":\"%s\"}".formatted(event, name, "A".repeat(length));
  }

  private static TokenUsage usage(UsageReading reading) {
    return Objects.requireNonNull(reading.usage());
  }

  private void said(String json) {
    reader.client().accept(bytes(json));
    if (reader.client().asks()) {
      reader.turns().waits();
      reader.turns().sent(null);
    }
    reader.client().eventEnded();
  }

  private static String done(int input, int output, int cached) {
    return ("{\"type\":\"response.done\",\"response\":{\"id\":\"r\",\"usage\":{\"total_tokens\":%d,"
            + "\"input_tokens\":%d,\"output_tokens\":%d,\"input_token_details\":{\"cached_tokens\":%d,"
            + "\"text_tokens\":1}}}}")
        .formatted(input + output, input, output, cached);
  }

  private void event(String json) {
    reader.accept(bytes(json));
    reader.eventEnded();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }
}
