package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTest {

  @ParameterizedTest
  @CsvSource({
    // the examples of OpenAI's guide
    "gpt-4o,1024,1024,high,765",
    "gpt-4o,2048,4096,high,1105",
    "gpt-4o,4096,8192,low,85",
    "gpt-4.1-mini,1024,1024,high,1659",
    "gpt-4o-mini,512,512,auto,8500",
    "gpt-4o,512,512,high,255",
    "gpt-4o,1,100000,high,765",
    "o3,1024,1024,high,675",
    "gpt-5,1024,1024,high,630",
    "gpt-4.1-mini,1800,2400,high,2489",
    "claude-sonnet-4-5,1092,1092,,1590",
    "claude-sonnet-4-5,200,200,,54",
    "claude-sonnet-4-5,8000,8000,,1600",
    "claude-opus-4-7,8000,8000,,4784",
    "gemini-2.5-flash,384,384,,258",
    "gemini-2.5-flash,960,540,,1548",
    "gemini-2.0-flash,100000,100,,3096",
    "gemini-3-pro,960,540,,1120",
    "gemini-3-pro,960,540,MEDIA_RESOLUTION_ULTRA_HIGH,2240",
    "pixtral,1024,1024,,4096"
  })
  void countsPicturesByTheRuleOfTheModel(
      String model, int width, int height, String detail, long expected) {
    MediaRule rule = MediaRule.of(model, Protocol.OPENAI);
    String asked = detail == null ? "" : detail;
    assertThat(rule.image(new ImageSize(width, height), asked)).isEqualTo(expected);
    assertThat(rule.image(null, asked)).isGreaterThanOrEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"png", "gif", "jpeg"})
  void readsTheSizeFromTheHeader(String format) throws IOException {
    byte[] picture = picture(format, 321, 123);
    assertThat(media(picture).imageSize()).isEqualTo(new ImageSize(321, 123));
    assertThat(ImageSize.of(picture, 12)).isNull();
  }

  @Test
  void readsTheSizeOfAJpegBehindALongProfile() throws IOException {
    byte[] picture = picture("jpeg", 640, 480);
    ByteBuffer padded = ByteBuffer.allocate(picture.length + 2 * 60_000);
    padded.put(picture, 0, 2);
    for (int i = 0; i < 2; i++) {
      padded.put((byte) 0xFF).put((byte) 0xE2).putShort((short) (60_000 - 2));
      padded.position(padded.position() + 60_000 - 4);
    }
    padded.put(picture, 2, picture.length - 2);
    assertThat(media(padded.array()).imageSize()).isEqualTo(new ImageSize(640, 480));
  }

  @ParameterizedTest
  @CsvSource({
    "VP8X,524946462400000057454250565038580a000000000000003f0100ef0000,320,240",
    "VP8L,5249464624000000574542505650384c0a0000002f3fc13b00000000000000000000,320,240",
    "VP8,524946462400000057454250565038200a0000003001009d012a4001f000000000,320,240"
  })
  void readsTheSizeOfWebP(String kind, String hex, int width, int height) {
    byte[] start = java.util.HexFormat.of().parseHex(hex + "00".repeat(8));
    assertThat(ImageSize.of(start, start.length)).as(kind).isEqualTo(new ImageSize(width, height));
  }

  @Test
  void countsAPictureInEveryProtocol() throws IOException {
    String data = Base64.getEncoder().encodeToString(picture("png", 1024, 1024));
    String url = "data:image/png;base64," + data.replace("/", "\\/");
    assertPicture(
        "gpt-4o",
        765,
        """
        {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"%s"}}]}]}
        """
            .formatted(url));
    assertPicture(
        "gpt-4o",
        85,
        """
        {"messages":[{"content":[{"image_url":{"url":"%s","detail":"low"},"type":"image_url"}]}]}
        """
            .formatted(url));
    assertPicture(
        "gpt-4o",
        85,
        """
        {"input":[{"content":[{"type":"input_image","image_url":"%s","detail":"low"}]}]}
        """
            .formatted(url));
    assertPicture(
        "claude-sonnet-4-5",
        1399,
        """
        {"messages":[{"content":[{"type":"image","source":{"type":"base64",
        "media_type":"image/png","data":"%s"}}]}]}\
        """
            .formatted(data));
    assertPicture(
        "gemini-2.5-flash",
        4 * 258,
        """
        {"contents":[{"parts":[{"inlineData":{"data":"%s","mimeType":"image/png"}}]}]}
        """
            .formatted(data));
    assertPicture(
        "gemini-2.5-flash",
        4 * 258,
        """
        {"contents":[{"parts":[{"inline_data":{"mime_type":"image/png","data":"%s"}}]}]}
        """
            .formatted(data));
  }

  @Test
  void takesARemotePictureForTheDearest() {
    assertPicture(
        "gpt-4o",
        85 + 8 * 170,
        """
        {"messages":[{"content":[{"type":"image_url","image_url":{"url":"https:\\/\\/x/y.png"}}]}]}
        """);
    assertPicture(
        "claude-sonnet-4-5",
        1600,
        """
        {"messages":[{"content":[{"type":"image","source":{"type":"url","url":"https://x/y"}}]}]}
        """);
    assertPicture(
        "gemini-2.5-flash",
        24 * 258,
        """
        {"contents":[{"parts":[{"fileData":{"mimeType":"image/png","fileUri":"gs://x/y"}}]}]}
        """);
  }

  private static void assertPicture(String model, long expected, String json) {
    TokenEstimate estimate = Bodies.read(model, Protocol.OPENAI, Operation.CHAT_COMPLETION, json);
    assertThat(estimate.input()).as(json).isBetween(expected, expected + 60);
    assertThat(estimate.exact()).isFalse();
    assertThat(estimate.open()).isFalse();
  }

  @Test
  void countsSoundByItsLength() {
    byte[] wav = wav(24_000, 2, 10);
    assertThat(media(wav).wavMillis()).isBetween(10_000L, 10_010L);
    MediaRule openAi = MediaRule.of("gpt-4o-audio-preview", Protocol.OPENAI);
    assertThat(openAi.soundOfMillis(10_000)).isEqualTo(100);
    assertThat(MediaRule.of("gemini-2.5-pro", Protocol.GEMINI).soundOfMillis(10_000))
        .isEqualTo(320);
    String data = Base64.getEncoder().encodeToString(wav);
    TokenEstimate estimate =
        Bodies.chat(
            "gpt-4o-audio-preview",
            """
            {"messages":[{"content":[{"type":"input_audio","input_audio":{"data":"%s","format":"wav"}}]}]}
            """
                .formatted(data));
    assertThat(estimate.input()).isBetween(100L, 120L);
  }

  /** A header may claim any rate: samples of 200 bytes would make an hour a second. */
  @Test
  void doesNotBelieveAHeaderThatContradictsItself() {
    byte[] wav = wav(24_000, 2, 10);
    wav[32] = 100;
    assertThat(media(wav).wavMillis()).isEqualTo(WavLength.UNKNOWN);
    assertThat(MediaRule.of("gpt-4o", Protocol.OPENAI).soundOfBytes(7_500)).isEqualTo(100);
  }

  @Test
  void countsPagesOfDocuments() {
    String pdf =
        "%PDF-1.4\n1 0 obj <</Type/Pages/Count 3/Kids[]>>\n"
            + "2 0 obj <</Type /Page /Parent 1 0 R>>\n".repeat(3)
            + "stream ".repeat(4_000);
    assertThat(media(pdf.getBytes(ISO_8859_1)).pdfPages()).isEqualTo(3);
    String hidden = "%PDF-1.5\n" + "x".repeat(49_000);
    assertThat(media(hidden.getBytes(ISO_8859_1)).pdfPages()).isEqualTo(10);
    assertThat(MediaRule.of("gemini-2.5-pro", Protocol.GEMINI).pages(3)).isEqualTo(3 * 258);
    assertThat(MediaRule.of("claude-opus-4-1", Protocol.ANTHROPIC).pages(1)).isEqualTo(4_600);
  }

  private static Media media(byte[] content) {
    byte[] text =
        ("data:x/y;base64," + Base64.getEncoder().encodeToString(content)).getBytes(ISO_8859_1);
    Media media = new Media();
    for (int i = 0; i < text.length; i += 777) {
      media.add(text, i, Math.min(text.length, i + 777));
    }
    media.end();
    return media;
  }

  private static byte[] picture(String format, int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    var _ =
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
    return out.toByteArray();
  }

  private static byte[] wav(int rate, int frame, int seconds) {
    ByteBuffer wav =
        ByteBuffer.allocate(44 + rate * frame * seconds).order(ByteOrder.LITTLE_ENDIAN);
    wav.put("RIFF".getBytes(ISO_8859_1))
        .putInt(wav.capacity() - 8)
        .put("WAVEfmt ".getBytes(ISO_8859_1));
    wav.putInt(16).putShort((short) 1).putShort((short) 1).putInt(rate).putInt(rate * frame);
    wav.putShort((short) frame).putShort((short) (8 * frame)).put("data".getBytes(ISO_8859_1));
    return wav.putInt(rate * frame * seconds).array();
  }
}
