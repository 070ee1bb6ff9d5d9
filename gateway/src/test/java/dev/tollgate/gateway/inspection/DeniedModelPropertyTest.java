package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.inspection.Inspection.Inspected;
import dev.tollgate.gateway.policy.AppliedPolicies;
import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.policy.ModelAccess;
import dev.tollgate.gateway.support.ModelSpellings;
import dev.tollgate.gateway.support.TestPolicies;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A denied model gets through the inspection and the rules of a request by no spelling, place or
 * encoding of its name in a body, a path, a query or a form, in no order of the lists, the
 * documents or the members.
 */
class DeniedModelPropertyTest {

  private static final int ROUNDS = 10_000;
  private static final List<String> NAMES =
      List.of("gpt-4o", "claude-sonnet-4", "gemini-2.5-pro", "dall-e-3", "kimi-k2", "sonar");
  private static final String FINE = "some-other-model";
  private static final String[] WHITE = {"", "", "", " ", "\n", "\r\n\t"};

  private final Random random = new Random(20261121);
  private final ModelSpellings spellings = new ModelSpellings(random);
  private final JsonInspector inspector = new JsonInspector();

  @Test
  void inNoBody() {
    for (int round = 0; round < ROUNDS; round++) {
      String name = pick(NAMES);
      String behind = random.nextInt(20) == 0 ? object(List.of(member("model", FINE))) : "";
      String json = object(members(name)) + behind;
      assertThat(passes(inspector.inspect(Unpooled.wrappedBuffer(encoded(json))), denying(name)))
          .as(json)
          .isFalse();
    }
  }

  @Test
  void inNoPath() {
    for (int round = 0; round < ROUNDS; round++) {
      String name = pick(NAMES);
      String path = path(percentEncoded(spellings.of(name)));
      assertThat(passes(modelOfPath(path), denying(name))).as(path).isFalse();
    }
  }

  @Test
  void inNoQuery() {
    for (int round = 0; round < ROUNDS; round++) {
      String name = pick(NAMES);
      List<String> parameters = new ArrayList<>(List.of("intent=transcription"));
      parameters.add(percentEncoded("model") + "=" + percentEncoded(spellings.of(name)));
      if (random.nextInt(3) == 0) {
        parameters.add(percentEncoded("model") + "=" + FINE);
      }
      Collections.shuffle(parameters, random);
      String query = String.join("&", parameters);
      assertThat(passes(modelOfQuery(query), denying(name))).as(query).isFalse();
    }
  }

  @Test
  void inNoForm() {
    for (int round = 0; round < ROUNDS / 4; round++) {
      String name = pick(NAMES);
      List<String> values = new ArrayList<>(List.of(spellings.of(name)));
      if (random.nextInt(3) == 0) {
        values.add(FINE);
      }
      Collections.shuffle(values, random);
      assertThat(passes(modelOfForm(values), denying(name))).as("%s", values).isFalse();
    }
  }

  @Test
  void lettingOthersPass() {
    for (int round = 0; round < ROUNDS / 4; round++) {
      String name = pick(NAMES);
      AppliedPolicies policies = denying(name);
      String json = object(List.of(member("model", FINE), member("input", name)));
      assertThat(passes(inspector.inspect(Unpooled.wrappedBuffer(json.getBytes(UTF_8))), policies))
          .as(json)
          .isTrue();
      assertThat(passes(modelOfPath(path(FINE)), policies)).isTrue();
      assertThat(passes(modelOfQuery("model=" + FINE), policies)).isTrue();
      assertThat(passes(modelOfForm(List.of(FINE)), policies)).isTrue();
    }
  }

  // The documents

  private AppliedPolicies denying(String name) {
    List<String> denied = shuffled("x*", "other", "*-none", pattern(name));
    List<String> allowed = shuffled("*", "a*", name, pattern(name));
    List<CompiledPolicy> documents = new ArrayList<>();
    documents.add(TestPolicies.models(random.nextBoolean() ? allowed : null, denied));
    documents.add(TestPolicies.models(List.of("*"), List.of()));
    documents.add(TestPolicies.models(null, List.of()));
    Collections.shuffle(documents, random);
    return new AppliedPolicies(documents);
  }

  private String pattern(String name) {
    return switch (random.nextInt(3)) {
      case 0 -> name;
      case 1 -> name.substring(0, 4) + "*";
      default -> "*" + name.substring(name.length() - 3).toUpperCase(Locale.ROOT);
    };
  }

  private List<String> shuffled(String... texts) {
    List<String> list = new ArrayList<>(List.of(texts));
    Collections.shuffle(list, random);
    return list;
  }

  // The bodies

  private List<String> members(String name) {
    List<String> members = new ArrayList<>(List.of(member("user", "u"), member("input", FINE)));
    members.add(naming(spellings.of(name)));
    if (random.nextInt(2) == 0) {
      members.add(member("model", FINE));
    }
    Collections.shuffle(members, random);
    return members;
  }

  /** Wherever a provider looks for a model. */
  private String naming(String model) {
    return switch (random.nextInt(6)) {
      case 0 -> member(pick(List.of("Model", "MODEL", "mOdel")), model);
      case 1 -> quoted("models") + ":[" + quoted(FINE) + "," + quoted(model) + "]";
      case 2 ->
          quoted("tools") + ":[{\"type\":\"image_generation\"," + member("model", model) + "}]";
      default -> member("model", model);
    };
  }

  private String member(String name, String value) {
    return quoted(name) + white() + ":" + white() + quoted(value);
  }

  private String object(List<String> members) {
    return white() + "{" + white() + String.join("," + white(), members) + "}" + white();
  }

  private String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      boolean escaped = random.nextInt(4) == 0;
      String hex = "%04x".formatted((int) letter);
      json.append(
          escaped
              ? "\\u" + (random.nextBoolean() ? hex : hex.toUpperCase(Locale.ROOT))
              : String.valueOf(letter));
    }
    return json.append('"').toString();
  }

  private byte[] encoded(String json) {
    Charset charset =
        switch (random.nextInt(20)) {
          case 0 -> UTF_16LE;
          case 1 -> UTF_16BE;
          default -> UTF_8;
        };
    return (random.nextInt(20) == 0 ? "\ufeff" + json : json).getBytes(charset);
  }

  private String white() {
    return WHITE[random.nextInt(WHITE.length)];
  }

  // Paths, queries and forms

  private String path(String model) {
    return switch (random.nextInt(4)) {
      case 0 -> "/v1beta/models/" + model + ":generateContent";
      case 1 -> "/openai/deployments/" + model + "/chat/completions";
      case 2 -> "/azure/openai/Deployments/" + model + "/chat/completions";
      default -> "/models/v1beta/MODELS/" + model + ":streamGenerateContent";
    };
  }

  private String percentEncoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : text.getBytes(UTF_8)) {
      boolean plain = octet > ' ' && octet < 0x7f && random.nextInt(3) > 0;
      String hex = "%%%02x".formatted(octet & 0xFF);
      encoded.append(
          plain
              ? String.valueOf((char) octet)
              : random.nextBoolean() ? hex : hex.toUpperCase(Locale.ROOT));
    }
    return encoded.toString();
  }

  private static Inspection modelOfPath(String path) {
    try {
      PathModel found = PathModel.in(path);
      return inspected(found == null ? null : ModelText.checked(found.model()));
    } catch (MalformedBodyException e) {
      return e.malformed();
    }
  }

  private static Inspection modelOfQuery(String query) {
    try {
      return inspected(QueryModel.in(query));
    } catch (RejectionException e) {
      return new Inspection.Malformed("", null);
    }
  }

  private Inspection modelOfForm(List<String> values) {
    Form form = new Form();
    values.forEach(value -> form.field("model", value));
    form.file("file", new byte[random.nextInt(64)]);
    MultipartModelScanner scanner =
        new MultipartModelScanner(
            MultipartBoundary.of("multipart/form-data; boundary=" + Form.BOUNDARY));
    scanner.accept(Unpooled.wrappedBuffer(form.closed()));
    scanner.end();
    return scanner.state() instanceof MultipartModelScanner.State.Refused(var malformed)
        ? malformed
        : inspected(scanner.model());
  }

  private static Inspected inspected(@Nullable String model) {
    return new Inspected(model, null, false, null, Features.NONE, List.of(), Extent.UNSEEN);
  }

  // What becomes of them

  private static boolean passes(Inspection inspection, AppliedPolicies policies) {
    return inspection instanceof Inspected found
        && passes(found.model(), policies)
        && found.otherModels().stream().allMatch(other -> passes(other, policies));
  }

  private static boolean passes(@Nullable String model, AppliedPolicies policies) {
    return (model == null
            ? ModelAccess.refusalOfUnnamed(policies)
            : ModelAccess.refusal(policies, model))
        == null;
  }

  private String pick(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }
}
