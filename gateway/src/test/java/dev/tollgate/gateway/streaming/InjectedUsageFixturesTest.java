package dev.tollgate.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.usage.RecordedAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Real streams lose the events that a plain parser calls the extra ones, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InjectedUsageFixturesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern EVENT = Pattern.compile("(?s).*?(\n\n|\r\n\r\n|\\z)");

  private List<RecordedAnswer> streams = List.of();

  @BeforeAll
  void findFixtures() {
    Optional<Path> folder = RecordedAnswer.folder();
    if (folder.isEmpty()) {
      System.out.println("SKIPPED: replay of recorded streams, TOLLGATE_FIXTURES names no folder");
    }
    assumeTrue(folder.isPresent(), "no folder of recorded answers");
    streams =
        RecordedAnswer.all(folder.get()).stream()
            .filter(answer -> answer.protocol() == Protocol.OPENAI)
            .filter(answer -> String.valueOf(answer.contentType()).startsWith("text/event-stream"))
            .toList();
  }

  @Test
  void realStreamsLoseTheirExtraChunkOnly() {
    for (RecordedAnswer stream : streams) {
      byte[] expected = withoutExtra(stream.body());
      for (int step : new int[] {1, 7, 61, 1021, stream.body().length}) {
        assertThat(filtered(stream.body(), step))
            .as("%s in steps of %d", stream.name(), step)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void someRealStreamsHaveAnExtraChunk() {
    assertThat(streams)
        .filteredOn(stream -> withoutExtra(stream.body()).length < stream.body().length)
        .hasSizeGreaterThan(5);
  }

  private static byte[] withoutExtra(byte[] body) {
    return EVENT
        .matcher(new String(body, StandardCharsets.ISO_8859_1))
        .results()
        .map(result -> result.group())
        .filter(event -> !isExtra(event))
        .collect(Collectors.joining())
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean isExtra(String event) {
    String data =
        event.lines().filter(line -> line.startsWith("data:")).findFirst().orElse("data:");
    if (!data.contains("{")) {
      return false;
    }
    JsonNode document = JSON.readTree(data.substring(5));
    JsonNode choices = document.path("choices");
    return choices.isArray() && choices.isEmpty() && document.path("usage").isObject();
  }

  private static byte[] filtered(byte[] body, int step) {
    ByteBuf all = Unpooled.buffer();
    InjectedUsageFilter filter = new InjectedUsageFilter();
    for (int from = 0; from < body.length; from += step) {
      int to = Math.min(body.length, from + step);
      append(all, filter.filter(Unpooled.wrappedBuffer(Arrays.copyOfRange(body, from, to))));
    }
    append(all, filter.end());
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes).release();
    return bytes;
  }

  private static void append(ByteBuf all, @Nullable ByteBuf part) {
    if (part != null) {
      all.writeBytes(part);
      part.release();
    }
  }
}
