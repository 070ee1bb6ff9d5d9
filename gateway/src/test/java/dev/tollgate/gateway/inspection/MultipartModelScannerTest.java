package dev.tollgate.gateway.inspection;

import static dev.tollgate.gateway.inspection.Form.BOUNDARY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tollgate.gateway.inspection.Inspection.Malformed;
import dev.tollgate.gateway.inspection.MultipartModelScanner.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartModelScannerTest {

  private static final String DISPOSITION = "Content-Disposition: form-data; name=";

  private final MultipartModelScanner scanner =
      new MultipartModelScanner(new MultipartBoundary(BOUNDARY));

  @Test
  void readsModelAndStreamAroundAFile() {
    scan(
        new Form()
            .field("stream", "true")
            .file("file", new byte[100_000])
            .field("model", "whisper-1")
            .closed());
    assertComplete("whisper-1");
    assertThat(scanner.stream()).isTrue();
  }

  @Test
  void knowsTheModelAsSoonAsItsPartHasEnded() {
    scanner.accept(bytes(new Form().field("model", "m").open()));
    assertThat(scanner.model()).isNull();
    scanner.accept(bytes(("--" + BOUNDARY).getBytes(UTF_8)));
    assertThat(scanner.model()).isNull();
    scanner.accept(bytes("\r\n".getBytes(UTF_8)));
    assertThat(scanner.model()).isEqualTo("m");
    assertThat(scanner.isFormOver()).isFalse();
    assertThat(scanner.state()).isEqualTo(new State.Reading());
  }

  @Test
  void readsAFormThatNamesNothing() {
    scan(new Form().field("prompt", "x").closed());
    assertComplete(null);
    assertThat(scanner.stream()).isFalse();
  }

  @Test
  void readsAnEmptyForm() {
    scan(new Form().closed());
    assertComplete(null);
  }

  @Test
  void readsAFormWithoutTheLastLineBreak() {
    scan(new Form().field("model", "m").raw("--" + BOUNDARY + "--").open());
    assertComplete("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DISPOSITION + "\"model\"",
        "content-disposition:form-data;name=\"model\"",
        "CONTENT-DISPOSITION: Form-Data ;\tNAME=\"model\" ",
        DISPOSITION + "\"model\"\r\nContent-Type: text/plain",
        DISPOSITION + "\"model\"\r\nContent-Type: text/plain; charset=utf-8",
        DISPOSITION + "\"model\"\r\nContent-Type: text/plain;charset=\"US-ASCII\"",
        DISPOSITION + "\"model\"\r\nContent-Transfer-Encoding: 8bit",
        DISPOSITION + "\"model\"\r\nContent-Transfer-Encoding: Binary\r\nContent-Length: 9",
        "Content-Length: 9\r\n" + DISPOSITION + "\"model\"",
      })
  void readsTheModelWhateverItsProperHeaders(String headers) {
    scan(new Form().part(headers, "whisper-1").closed());
    assertComplete("whisper-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        DISPOSITION + "\"file\"; filename=\"a;b.mp3\"",
        DISPOSITION + "\"file\"; filename=\"name=x.mp3\"",
        DISPOSITION + "\"file\"; filename=\"C:\\x\\ä€.mp3\"",
        DISPOSITION + "\"file\"; filename=\"a.mp3\"; filename*=utf-8''a%C3%A4.mp3",
        DISPOSITION + "\"image[]\"; filename=\"\"\r\nContent-Type: application/octet-stream",
        DISPOSITION + "\"file\"; filename=\"a\"\r\nX-Anything: \"model\"",
        DISPOSITION + "\"remodel\"",
        DISPOSITION + "\"model_id\"",
        DISPOSITION + "\"stream_options[model]\"",
      })
  void passesPartsThatDecideNothing(String headers) {
    scan(new Form().part(headers, "x").field("model", "m").closed());
    assertComplete("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        "\r\r\n",
        "\r\n--",
        "\r\n------x0123456789abcde",
        "\r\n------x0123456789abcdeF",
        "------x0123456789abcdef",
        " ------x0123456789abcdef\r\n",
        "\r\n-\r\n--\r\n----x0123456789abcdef",
      })
  void passesContentThatOnlyLooksAlike(String content) {
    scan(new Form().file("file", ("a" + content).getBytes(UTF_8)).field("model", "m").closed());
    assertComplete("m");
  }

  @ParameterizedTest
  @MethodSource("malformedHeaders")
  void refusesHeadersThatSomeReaderTakesForOthers(String headers) {
    scan(new Form().part(headers, "m").closed());
    assertRefused(headers);
  }

  static Stream<String> malformedHeaders() {
    return Stream.of(
        // not one plain name
        "Content-Type: text/plain",
        "Content-Disposition: form-data",
        "Content-Disposition: form-data;",
        "Content-Disposition: attachment; name=\"model\"",
        "Content-Disposition: form-data name=\"model\"",
        DISPOSITION + "model",
        DISPOSITION + "\"\"",
        DISPOSITION + "'model'",
        DISPOSITION + "\"model",
        DISPOSITION + "\"model\"x",
        DISPOSITION + "\"model\";",
        DISPOSITION + " \"model\"",
        DISPOSITION + "\"prompt\"; name=\"model\"",
        DISPOSITION + "\"model\"; NAME=\"prompt\"",
        DISPOSITION + "\"model\"; name*=utf-8''prompt",
        "Content-Disposition: form-data; name*=utf-8''model",
        "Content-Disposition: form-data; name*0=\"mod\"; name*1=\"el\"",
        DISPOSITION + "\"prompt\"; filename*0=\"model\"",
        DISPOSITION + "\"model\"; x=y",
        // spelled otherwise
        DISPOSITION + "\"mod\\el\"",
        DISPOSITION + "\"mod%65l\"",
        DISPOSITION + "\"model%20\"",
        DISPOSITION + "\" model\"",
        DISPOSITION + "\"model \"",
        DISPOSITION + "\"=?utf-8?q?model?=\"",
        DISPOSITION + "\"mödel\"",
        DISPOSITION + "\"Model\"",
        DISPOSITION + "\"MODEL\"",
        DISPOSITION + "\"sTream\"",
        DISPOSITION + "\"model[]\"",
        DISPOSITION + "\"model[0]\"",
        DISPOSITION + "\"[model]\"",
        DISPOSITION + "\"model]\"",
        DISPOSITION + "\"model.x\"",
        DISPOSITION + "\"" + "n".repeat(257) + "\"",
        DISPOSITION + "\"_charset_\"",
        DISPOSITION + "\"_CHARSET_\"",
        // named elsewhere
        "Content-Disposition: form-data; filename=\"model\"; name=\"file\"",
        DISPOSITION + "\"file\"\r\nContent-Type: audio/mpeg; name=\"model\"",
        "Content-Type: audio/mpeg; NAME*=utf-8''model\r\n" + DISPOSITION + "\"file\"",
        "X-Anything: filename =\"model\"\r\n" + DISPOSITION + "\"file\"",
        // where a quoted string ends
        DISPOSITION + "\"file\"; filename=\"a\\\"; name=\\\"model\"",
        DISPOSITION + "\"file\"; filename=\"a\\\\\"",
        DISPOSITION + "\"file\"; filename=\"x; name=model\"",
        DISPOSITION + "\"file\"; filename=a.mp3",
        // a field that decides and is a file
        DISPOSITION + "\"model\"; filename=\"a\"",
        DISPOSITION + "\"model\"; filename=\"\"",
        DISPOSITION + "\"stream\"; filename*=utf-8''a",
        // header lines
        "Content-Disposition : form-data; name=\"model\"",
        " Content-Disposition: form-data; name=\"model\"",
        "Content-Disposition: form-data;\r\n name=\"model\"",
        DISPOSITION + "\"prompt\"\r\n\tname=\"model\"",
        DISPOSITION + "\"prompt\"\r\n" + DISPOSITION + "\"model\"",
        DISPOSITION + "\"prompt\"\n" + DISPOSITION + "\"model\"",
        DISPOSITION + "\"prompt\"\r" + DISPOSITION + "\"model\"",
        DISPOSITION + "\"prompt\"\n\nx",
        DISPOSITION + "\"prompt\"\0",
        DISPOSITION + "\"prompt\"\u007f",
        DISPOSITION + "\"prompt\"\r\nno colon",
        DISPOSITION + "\"prompt\"\r\n: empty",
        DISPOSITION + "\"prompt\"\r\n--x: y",
        "",
        // encodings and nesting
        DISPOSITION + "\"model\"\r\nContent-Transfer-Encoding: base64",
        DISPOSITION + "\"file\"\r\nContent-Transfer-Encoding: quoted-printable",
        DISPOSITION + "\"file\"\r\nContent-Transfer-Encoding: ",
        DISPOSITION + "\"file\"\r\nContent-Encoding: gzip",
        DISPOSITION + "\"file\"\r\nContent-Type: multipart/mixed; boundary=y",
        DISPOSITION + "\"file\"\r\nContent-Type: MULTIPART/mixed",
        DISPOSITION + "\"file\"\r\nContent-Type: message/rfc822",
        DISPOSITION + "\"file\"\r\nContent-Type: (c) multipart/mixed",
        DISPOSITION + "\"file\"\r\nContent-Type: ",
        DISPOSITION + "\"file\"\r\nContent-Type: a/b\r\nContent-Type: a/b",
        DISPOSITION + "\"model\"\r\nContent-Type: application/json",
        DISPOSITION + "\"model\"\r\nContent-Type: text/plain; charset=utf-16",
        DISPOSITION + "\"model\"\r\nContent-Type: text/plain; charset=utf-7",
        DISPOSITION + "\"model\"\r\nContent-Type: text/plain; format=flowed",
        DISPOSITION + "\"model\"\r\nX-Anything: y",
        // lengths
        DISPOSITION + "\"model\"\r\nContent-Length: 0",
        DISPOSITION + "\"model\"\r\nContent-Length: 2",
        DISPOSITION + "\"file\"\r\nContent-Length: +1",
        DISPOSITION + "\"file\"\r\nContent-Length: 1, 1",
        DISPOSITION + "\"file\"\r\nContent-Length: 99999999999999999999");
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() {
    scan(
        new Form()
            .raw("--" + BOUNDARY + "\r\n")
            .rawBytes(DISPOSITION + "\"file\"; filename=\"\u00c0\u00a2\"\r\n\r\nx\r\n")
            .closed());
    assertRefused("overlong quote");
  }

  @Test
  void refusesALongHeaderBlockAndAcceptsTheLongest() {
    String head = DISPOSITION + "\"file\"\r\nX: ";
    int rest = MultipartModelScanner.MAX_HEADER_BYTES - head.length() - 4;
    scan(new Form().part(head + "x".repeat(rest), "c").field("model", "m").closed());
    assertComplete("m");
    MultipartModelScanner other = new MultipartModelScanner(new MultipartBoundary(BOUNDARY));
    other.accept(bytes(new Form().part(head + "x".repeat(rest + 1), "c").closed()));
    assertThat(other.state()).isInstanceOf(State.Refused.class);
  }

  @ParameterizedTest
  @MethodSource("malformedFields")
  void refusesAFieldThatIsAmbiguous(String name, byte[] form) {
    scan(form);
    assertThat(assertRefused(name).param()).isEqualTo(name);
  }

  static Stream<Arguments> malformedFields() {
    return Stream.of(
        arguments("model", new Form().field("model", "").closed()),
        arguments("model", new Form().field("model", " m").closed()),
        arguments("model", new Form().field("model", "m\n").closed()),
        arguments("model", new Form().field("model", "m\r\n").closed()),
        arguments("model", new Form().field("model", "m\0").closed()),
        arguments("model", new Form().field("model", "m".repeat(513)).closed()),
        arguments("model", new Form().field("model", "m".repeat(10_000)).closed()),
        arguments("model", new Form().field("model", "a").field("model", "a").closed()),
        arguments(
            "model",
            new Form().field("model", "a").file("f", new byte[9]).field("model", "b").closed()),
        arguments(
            "model",
            new Form()
                .raw("--" + BOUNDARY + "\r\n" + DISPOSITION + "\"model\"\r\n\r\n")
                .rawBytes("\u00c0\u00a2\r\n")
                .closed()),
        arguments("stream", new Form().field("stream", "").closed()),
        arguments("stream", new Form().field("stream", "1").closed()),
        arguments("stream", new Form().field("stream", "True").closed()),
        arguments("stream", new Form().field("stream", "true ").closed()),
        arguments("stream", new Form().field("stream", "t".repeat(10_000)).closed()),
        arguments("stream", new Form().field("stream", "true").field("stream", "true").closed()),
        arguments("stream", new Form().field("stream", "false").field("stream", "true").closed()));
  }

  @Test
  void acceptsTheLongestModel() {
    String longest = "€".repeat(ModelText.MAX_LENGTH);
    scan(new Form().field("model", longest).closed());
    assertComplete(longest);
  }

  @ParameterizedTest
  @MethodSource("malformedBodies")
  void refusesABodyWhosePartsSomeReaderCutsElsewhere(String what, byte[] body) {
    scan(body);
    assertRefused(what);
  }

  static Stream<Arguments> malformedBodies() {
    String b = "--" + BOUNDARY;
    String field = "\r\n" + DISPOSITION + "\"model\"\r\n\r\n";
    return Stream.of(
        arguments("nothing", new byte[0]),
        arguments("preamble", new Form().raw("x\r\n").field("model", "m").closed()),
        arguments("empty line first", new Form().raw("\r\n").field("model", "m").closed()),
        arguments("no boundary", new Form().raw("{\"model\":\"m\"}").open()),
        arguments("another boundary", new Form().raw("--y" + field + "m\r\n--y--\r\n").open()),
        arguments("no end", new Form().field("model", "m").open()),
        arguments("half an end", new Form().field("model", "m").raw(b).open()),
        arguments("half a dash", new Form().field("model", "m").raw(b + "-").open()),
        arguments("only a next part", new Form().field("model", "m").raw(b + "\r\n").open()),
        arguments("cut in headers", new Form().raw(b + "\r\n" + DISPOSITION).open()),
        arguments("cut in a field", new Form().raw(b + field + "m").open()),
        arguments("half a line after", new Form().raw(b + field + "m\r\n" + b + "--\r").open()),
        arguments("epilogue", new Form().field("model", "m").raw(b + "--\r\nx").open()),
        arguments("no line, epilogue", new Form().field("model", "m").raw(b + "--x").open()),
        arguments(
            "another form", new Form().raw(b + "--\r\n" + b + field + "m\r\n" + b + "--").open()),
        arguments("two line breaks", new Form().field("model", "m").raw(b + "--\r\n\r\n").open()),
        arguments("padding", new Form().raw(b + " " + field + "m\r\n" + b + "--").open()),
        arguments("padding later", new Form().raw(b + field + "m\r\n" + b + "\t--").open()),
        arguments(
            "a longer boundary",
            new Form().raw(b + field + "m\r\n" + b + "x\r\n" + b + "--").open()),
        arguments("a bare line feed before", new Form().raw(b + field + "m\n" + b + "--").open()),
        arguments("a bare return before", new Form().raw(b + field + "m\r" + b + "--").open()),
        arguments(
            "a bare line feed after", new Form().raw(b + field + "m\r\n" + b + "\n").closed()),
        arguments("no content line", new Form().raw(b + field + b + "--\r\n").open()),
        arguments(
            "a line feed, later", new Form().raw(b + field + "m\r\n-\n" + b + "\r\n").closed()));
  }

  @Test
  void readsNothingAfterARefusal() {
    scanner.accept(bytes("x".getBytes(UTF_8)));
    State refused = scanner.state();
    scanner.accept(bytes(new Form().field("model", "m").closed()));
    scanner.end();
    assertThat(scanner.state()).isEqualTo(refused);
    assertThat(scanner.model()).isNull();
  }

  @Test
  void leavesTheChunkAsItWas() {
    byte[] form = new Form().field("model", "m").closed();
    ByteBuf chunk = Unpooled.directBuffer().writeBytes(new byte[3]).writeBytes(form).skipBytes(3);
    scanner.accept(chunk);
    assertThat(scanner.model()).isEqualTo("m");
    assertThat(chunk.readableBytes()).isEqualTo(form.length);
    assertThat(chunk.refCnt()).isOne();
    chunk.release();
  }

  private void scan(byte[] form) {
    scanner.accept(bytes(form));
    scanner.end();
  }

  private void assertComplete(@Nullable String model) {
    assertThat(scanner.state()).isEqualTo(new State.Complete());
    assertThat(scanner.model()).isEqualTo(model);
  }

  private Malformed assertRefused(String what) {
    assertThat(scanner.state()).as(what).isInstanceOf(State.Refused.class);
    return ((State.Refused) scanner.state()).malformed();
  }

  private static ByteBuf bytes(byte[] bytes) {
    return Unpooled.wrappedBuffer(bytes);
  }
}
