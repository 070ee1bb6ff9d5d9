package dev.tollgate.gateway.modellist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDialectTest {

  private static final ModelEntry A = new ModelEntry("a", "{\"id\":\"a\"}");
  private static final ModelEntry B = new ModelEntry("b", "{\"id\":\"b\"}");

  @Test
  void writesListsAsOpenAiDoes() {
    assertThat(ModelDialect.OPENAI.write(List.of(A, B)))
        .isEqualTo("{\"object\":\"list\",\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
    assertThat(ModelDialect.OPENAI.write(List.of())).isEqualTo("{\"object\":\"list\",\"data\":[]}");
  }

  @Test
  void writesListsAsAnthropicDoes() {
    assertThat(ModelDialect.ANTHROPIC.write(List.of(A, B)))
        .isEqualTo(
            "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"has_more\":false,\"first_id\":\"a\",\"last_id\":\"b\"}");
    assertThat(ModelDialect.ANTHROPIC.write(List.of()))
        .isEqualTo("{\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}");
  }

  @Test
  void writesListsAsGeminiDoes() {
    assertThat(ModelDialect.GEMINI.write(List.of(A))).isEqualTo("{\"models\":[{\"id\":\"a\"}]}");
  }

  @Test
  void describesAModelOfWhichOnlyTheNameIsKnown() {
    assertThat(ModelDialect.OPENAI.entry("x\"y", "acme").json())
        .isEqualTo("{\"id\":\"x\\\"y\",\"object\":\"model\",\"created\":0,\"owned_by\":\"acme\"}");
    assertThat(ModelDialect.ANTHROPIC.entry("x", "acme").json())
        .isEqualTo(
            "{\"type\":\"model\",\"id\":\"x\",\"display_name\":\"x\",\"created_at\":\"1970-01-01T00:00:00Z\"}");
    assertThat(ModelDialect.GEMINI.entry("x", "acme").json())
        .startsWith("{\"name\":\"models/x\",\"displayName\":\"x\"");
  }

  @Test
  void keepsWhatAProviderSaysOfItsModels() {
    String entry = "{\"id\":\"m\",\"pricing\":{\"prompt\":0.10},\"created\":12345678901234567890}";
    assertThat(read(ModelDialect.OPENAI, "{\"object\":\"list\",\"data\":[" + entry + "]}"))
        .containsExactly(new ModelEntry("m", entry));
  }

  @Test
  void readsABareArray() {
    assertThat(read(ModelDialect.OPENAI, "[{\"id\":\"m\"}]"))
        .containsExactly(new ModelEntry("m", "{\"id\":\"m\"}"));
  }

  @Test
  void takesTheCollectionOffGeminisNames() {
    assertThat(read(ModelDialect.GEMINI, "{\"models\":[{\"name\":\"models/gemini-x\"}]}"))
        .containsExactly(new ModelEntry("gemini-x", "{\"name\":\"models/gemini-x\"}"));
  }

  @Test
  void readsEmptyLists() {
    assertThat(read(ModelDialect.GEMINI, "{}")).isEmpty();
    assertThat(read(ModelDialect.OPENAI, "{\"object\":\"list\",\"data\":null}")).isEmpty();
  }

  @Test
  void leavesOutEntriesWithoutAName() {
    assertThat(read(ModelDialect.OPENAI, "{\"data\":[{\"object\":\"model\"},7,{\"id\":\"m\"}]}"))
        .extracting(ModelEntry::id)
        .containsExactly("m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "", "7", "{\"error\":{}}", "{\"data\":[", "{\"data\":7}"})
  void takesNothingElseForAList(String document) {
    assertThat(read(ModelDialect.OPENAI, document)).isNull();
  }

  private static @Nullable List<ModelEntry> read(ModelDialect dialect, String document) {
    return dialect.read(document.getBytes(StandardCharsets.UTF_8));
  }
}
