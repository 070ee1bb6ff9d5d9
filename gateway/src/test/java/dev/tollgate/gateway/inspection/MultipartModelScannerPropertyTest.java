package dev.tollgate.gateway.inspection;

import static dev.tollgate.gateway.inspection.Form.BOUNDARY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.MultipartModelScanner.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random cuts and random damage, always from the same seeds. */
class MultipartModelScannerPropertyTest {

  private static final String[] SPLINTERS = {
    "\r",
    "\n",
    "\r\n",
    "\"",
    "\\",
    ";",
    "=",
    "%",
    "-",
    "--",
    " ",
    "\0",
    "model",
    "name=\"model\"",
    "--" + BOUNDARY,
    "\r\n--" + BOUNDARY,
    "\n--" + BOUNDARY + "\r\n",
    "\r\n\r\n",
    "--\r\n",
    ":",
    "; name=\"model\"",
    "; filename=\"x\"",
    "Content-Disposition: form-data; name=\"model\"\r\n",
    "Content-Length: 1\r\n",
    "*",
    "[",
    "M"
  };

  @Test
  void seesTheSameWhereverOneCutIs() {
    byte[] form = sample(new Random(1));
    Seen whole = scan(form);
    assertThat(whole.model()).isEqualTo("gpt-4o-transcribe");
    for (int cut = 0; cut <= form.length; cut++) {
      assertThat(scan(Arrays.copyOf(form, cut), Arrays.copyOfRange(form, cut, form.length)))
          .as("cut at %d", cut)
          .isEqualTo(whole);
    }
  }

  @Test
  void seesTheSameWhereverItIsCutAndDamaged() {
    Random random = new Random(2);
    for (int round = 0; round < 20_000; round++) {
      byte[] form = damaged(sample(random), random);
      assertThat(scan(chunks(form, random))).isEqualTo(scan(form));
    }
  }

  @Test
  void seesTheSameByteByByte() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      byte[] form = damaged(sample(random), random);
      byte[][] single =
          IntStream.range(0, form.length)
              .mapToObj(i -> new byte[] {form[i]})
              .toArray(byte[][]::new);
      assertThat(scan(single)).isEqualTo(scan(form));
    }
  }

  @Test
  void letsNothingThroughInWhichAnotherReaderSeesAnotherModel() {
    Random random = new Random(4);
    int passed = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] form = damaged(sample(random), random);
      Seen seen = scan(form);
      if (seen.state() instanceof State.Complete) {
        passed++;
        List<String> expected = seen.model() == null ? List.of() : List.of(seen.model());
        String shown = new String(form, ISO_8859_1);
        assertThat(modelsSeenStrictly(form)).as(shown).isEqualTo(expected);
        assertThat(modelsSeenLeniently(form)).as(shown).isEqualTo(expected);
        assertThat(modelsSeenByNetty(form)).as(shown).isIn(expected, null);
      }
    }
    assertThat(passed).as("the damage must leave something to compare").isGreaterThan(2_000);
  }

  /** What the scanner made of a body. */
  private record Seen(State state, @Nullable String model, boolean stream) {}

  private static Seen scan(byte[]... chunks) {
    MultipartModelScanner scanner = new MultipartModelScanner(new MultipartBoundary(BOUNDARY));
    for (byte[] chunk : chunks) {
      scanner.accept(Unpooled.wrappedBuffer(chunk));
    }
    scanner.end();
    return new Seen(scanner.state(), scanner.model(), scanner.stream());
  }

  private static byte[] sample(Random random) {
    byte[] file = new byte[random.nextInt(60)];
    for (int i = 0; i < file.length; i++) {
      file[i] = (byte) "ab\r\n-x0".charAt(random.nextInt(7));
    }
    Form form = new Form();
    boolean fileFirst = random.nextBoolean();
    if (fileFirst) {
      form.file("file", file);
    }
    form.field("model", "gpt-4o-transcribe").field("stream", "true");
    return (fileFirst ? form : form.file("file", file)).closed();
  }

  private static byte[] damaged(byte[] form, Random random) {
    byte[] result = form;
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(result.length + 1);
      int until = Math.min(result.length, at + random.nextInt(3));
      String in = random.nextInt(4) == 0 ? "" : SPLINTERS[random.nextInt(SPLINTERS.length)];
      String text = new String(result, ISO_8859_1);
      result = (text.substring(0, at) + in + text.substring(until)).getBytes(ISO_8859_1);
    }
    return result;
  }

  private static byte[][] chunks(byte[] form, Random random) {
    List<byte[]> chunks = new ArrayList<>();
    for (int at = 0; at < form.length; ) {
      int next = Math.min(form.length, at + 1 + random.nextInt(40));
      chunks.add(Arrays.copyOfRange(form, at, next));
      at = next;
    }
    return chunks.toArray(byte[][]::new);
  }

  /** By the letter of RFC 2046: parts between whole delimiter lines, fields by their first name. */
  private static List<String> modelsSeenStrictly(byte[] form) {
    String text = "\r\n" + new String(form, ISO_8859_1);
    return models(text.split("\r\n--" + BOUNDARY, -1), "name=\"([^\"]*)\"");
  }

  /** As forgivingly as readers in the field: any line break, any case, any quotes. */
  private static List<String> modelsSeenLeniently(byte[] form) {
    String text = "\n" + new String(form, ISO_8859_1);
    return models(
        text.split("(?:\r\n|\r|\n)--" + BOUNDARY, -1),
        "(?i)[;\\s]name\\*?\\s*=\\s*\"?\\s*([^\";\r\n]*?)\\s*[\";\r\n]");
  }

  private static List<String> models(String[] parts, String namePattern) {
    List<String> models = new ArrayList<>();
    for (String part : parts) {
      int end = part.indexOf("\r\n\r\n");
      if (end >= 0 && namesModel(part.substring(0, end + 2), namePattern)) {
        models.add(new String(part.substring(end + 4).getBytes(ISO_8859_1), UTF_8));
      }
    }
    return models;
  }

  private static boolean namesModel(String headers, String namePattern) {
    Matcher names = Pattern.compile(namePattern).matcher(headers);
    while (names.find()) {
      if (names.group(1).equalsIgnoreCase("model")) {
        return true;
      }
    }
    return false;
  }

  /** Null if that reader refuses the body, which harms nobody. */
  private static @Nullable List<String> modelsSeenByNetty(byte[] form) {
    ByteBuf body = Unpooled.wrappedBuffer(form);
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", body);
    request
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "multipart/form-data; boundary=" + BOUNDARY);
    HttpPostMultipartRequestDecoder decoder = null;
    try {
      decoder = new HttpPostMultipartRequestDecoder(new DefaultHttpDataFactory(false), request);
      List<String> models = new ArrayList<>();
      for (InterfaceHttpData data : decoder.getBodyHttpDatas("model")) {
        models.add(((Attribute) data).getValue());
      }
      return models;
    } catch (HttpPostRequestDecoder.ErrorDataDecoderException | IOException e) {
      return null;
    } catch (NullPointerException e) {
      return List.of(); // its way to say that there is no such field
    } finally {
      if (decoder != null) {
        decoder.destroy();
      }
      request.release(request.refCnt());
    }
  }
}
