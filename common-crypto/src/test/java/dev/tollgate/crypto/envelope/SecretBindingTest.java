package dev.tollgate.crypto.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.crypto.Vectors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretBindingTest {

  @Test
  void writesTheCommittedBytes() {
    Set<String> hosts = new LinkedHashSet<>(List.of("EU.api.openai.com:8443", "API.OpenAI.com"));
    assertThat(new SecretBinding("org_1", "prj_1", "crd_1", 3, hosts).associatedData())
        .isEqualTo(Vectors.bytes("binding.project"));
    assertThat(
            new SecretBinding("org_1", null, "crd_ü", Integer.MAX_VALUE, Set.of()).associatedData())
        .isEqualTo(Vectors.bytes("binding.vault"));
  }

  @Test
  void orderAndLetterCaseOfHostsDoNotMatter() {
    Random random = new Random(7);
    List<String> hosts =
        new ArrayList<>(List.of("a.example", "b.example:8443", "[::1]:80", "*.c.example"));
    SecretBinding expected = binding("o", "p", "c", new LinkedHashSet<>(hosts));
    for (int round = 0; round < 200; round++) {
      Collections.shuffle(hosts, random);
      Set<String> spelled =
          hosts.stream()
              .map(host -> randomCase(host, random))
              .collect(Collectors.toCollection(LinkedHashSet::new));
      SecretBinding binding = binding("o", "p", "c", spelled);
      assertThat(binding).isEqualTo(expected);
      assertThat(binding.associatedData()).isEqualTo(expected.associatedData());
    }
  }

  @Test
  void hostsThatDifferOnlyInCaseCountOnce() {
    assertThat(binding("o", null, "c", Set.of("A.example", "a.EXAMPLE")).hosts())
        .containsExactly("a.example");
  }

  /** Lower case must not depend on the machine: in Turkish, I becomes a letter without a dot. */
  @Test
  void letterCaseIgnoresTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(binding("o", null, "c", Set.of("API.example")).hosts())
          .containsExactly("api.example");
    } finally {
      Locale.setDefault(before);
    }
  }

  /**
   * Every pair of neighbouring fields, with text moved over the border, and null beside
   * empty-looking text.
   */
  @Test
  void differentBindingsNeverShareBytes() {
    Map<String, SecretBinding> seen = new HashMap<>();
    Random random = new Random(20261121);
    for (int round = 0; round < 20_000; round++) {
      SecretBinding binding =
          new SecretBinding(
              randomText(random),
              random.nextInt(3) == 0 ? null : randomText(random),
              randomText(random),
              1 + random.nextInt(3),
              randomHosts(random));
      String bytes = HexFormat.of().formatHex(binding.associatedData());
      assertThat(seen.computeIfAbsent(bytes, key -> binding)).isEqualTo(binding);
    }
    assertThat(seen).hasSizeGreaterThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a/b",
        "https://a",
        "a\n",
        "a,b",
        "user@a",
        "a?b",
        "a#b",
        "münchen.example",
        "a%2e",
        "\u212A.example"
      })
  void refusesWhatIsNoAsciiHost(String host) {
    assertThatThrownBy(() -> binding("o", "p", "c", Set.of(host)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesEmptyIdsVersionsBelowOneAndLoneSurrogates() {
    assertThatThrownBy(() -> binding("", "p", "c", Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> binding("o", "p", "", Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> binding("o", "", "c", Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SecretBinding("o", "p", "c", 0, Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> binding("o", "p", "\uD800", Set.of()).associatedData())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesMoreHostsThanAnyCredentialHas() {
    Set<String> hosts = IntStream.range(0, 257).mapToObj(i -> "h" + i).collect(Collectors.toSet());
    assertThatThrownBy(() -> binding("o", "p", "c", hosts))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SecretBinding binding(
      String organization, @Nullable String project, String credential, Set<String> hosts) {
    return new SecretBinding(organization, project, credential, 1, hosts);
  }

  private static String randomText(Random random) {
    return "ab".substring(0, 1 + random.nextInt(2)).repeat(1 + random.nextInt(2));
  }

  private static Set<String> randomHosts(Random random) {
    return IntStream.range(0, random.nextInt(3))
        .mapToObj(i -> randomText(random))
        .collect(Collectors.toSet());
  }

  private static String randomCase(String host, Random random) {
    return random.nextBoolean() ? host.toUpperCase(Locale.ROOT) : host;
  }
}
