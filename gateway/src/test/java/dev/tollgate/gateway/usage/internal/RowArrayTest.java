package dev.tollgate.gateway.usage.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowArrayTest {

  private final RowArray array = new RowArray();

  private String of(String... rows) {
    return array.of(Stream.of(rows).map(row -> row.getBytes(UTF_8)).toList());
  }

  @Test
  void joinsRows() {
    assertThat(of("{}")).isEqualTo("[{}]");
    assertThat(of("{\"a\":\"ä\"}", "{}", "{\"b\":1}")).isEqualTo("[{\"a\":\"ä\"},{},{\"b\":1}]");
  }

  @Test
  void leavesNothingOfALongerArrayBefore() {
    String longer = of("{\"a\":\"a long text\"}", "{\"b\":\"another long text\"}");
    assertThat(of("{}", "{}")).isEqualTo("[{},{}]");
    assertThat(longer).isEqualTo("[{\"a\":\"a long text\"},{\"b\":\"another long text\"}]");
  }

  @Test
  void joinsMoreThanItKeeps() {
    String row = "\"" + "x".repeat(1000) + "\"";
    List<byte[]> rows = Collections.nCopies(2000, row.getBytes(UTF_8));
    assertThat(array.of(rows))
        .hasSize(1 + 2000 * (row.length() + 1))
        .startsWith("[" + row + ",")
        .endsWith("," + row + "]");
    assertThat(of("{}")).isEqualTo("[{}]");
  }
}
