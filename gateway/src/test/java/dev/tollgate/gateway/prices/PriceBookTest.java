package dev.tollgate.gateway.prices;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PriceBookTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);

  private final List<PriceBook.Entry> entries = new ArrayList<>();

  private void put(@Nullable String organization, String model, String version, Instant from) {
    entries.add(
        new PriceBook.Entry(
            organization,
            "openai",
            model,
            Instant.EPOCH.plusSeconds(entries.size()),
            new ModelPrice(
                version,
                from,
                TokenPrices.FREE,
                List.of(),
                ModelPrice.Apiece.NOTHING,
                null,
                null,
                false)));
  }

  private @Nullable String found(Instant at, String... names) {
    ModelPrice price = new PriceBook(entries).find("org_1", "openai", List.of(names), at);
    return price == null ? null : price.version();
  }

  @Test
  void theExactNameGoesBeforeTheLongestBeginning() {
    put(null, "gpt-4o-20*", "dated", NOW);
    put(null, "gpt-4o-2024-05-13", "exact", NOW);
    put(null, "gpt-4o-2024-0*", "longer", NOW);
    assertThat(found(NOW, "gpt-4o-2024-05-13")).isEqualTo("exact");
    assertThat(found(NOW, "gpt-4o-2024-08-06")).isEqualTo("longer");
    assertThat(found(NOW, "gpt-4o-2024-11-20")).isEqualTo("dated");
    assertThat(found(NOW, "gpt-4o")).isNull();
  }

  @Test
  void anOrganizationsOwnGoesBeforeTheShippedOne() {
    put(null, "gpt-4o", "shipped", NOW);
    put("org_1", "gpt-*", "own", NOW);
    put("org_2", "gpt-4o", "others", NOW);
    assertThat(found(NOW, "gpt-4o")).isEqualTo("own");
    assertThat(
            Objects.requireNonNull(
                    new PriceBook(entries).find("org_3", "openai", List.of("gpt-4o"), NOW))
                .version())
        .isEqualTo("shipped");
  }

  @Test
  void anOwnPriceOfTheNameThatWasAskedForGoesBeforeAShippedOneOfTheNameThatAnswered() {
    put(null, "gpt-4o-20*", "shipped", NOW);
    put("org_1", "gpt-4o", "own", NOW);
    assertThat(found(NOW, "gpt-4o-2024-08-06", "gpt-4o")).isEqualTo("own");
  }

  @Test
  void theNameThatAnsweredGoesBeforeTheOneThatWasAskedFor() {
    put(null, "gpt-4o", "asked", NOW);
    put(null, "gpt-4o-20*", "answered", NOW);
    assertThat(found(NOW, "gpt-4o-2024-08-06", "gpt-4o")).isEqualTo("answered");
    assertThat(found(NOW, "gpt-5o-2024-08-06", "gpt-4o")).isEqualTo("asked");
  }

  @Test
  void aPriceHoldsFromItsTimeOn() {
    put(null, "gpt-4o", "old", NOW);
    put(null, "gpt-4o", "new", LATER);
    assertThat(found(NOW.minusNanos(1), "gpt-4o")).isNull();
    assertThat(found(NOW, "gpt-4o")).isEqualTo("old");
    assertThat(found(LATER.minusNanos(1), "gpt-4o")).isEqualTo("old");
    assertThat(found(LATER, "gpt-4o")).isEqualTo("new");
  }

  @Test
  void aBeginningThatIsNotInForceYetLeavesItToAShorterOne() {
    put(null, "gpt-4o-*", "later", LATER);
    put(null, "gpt-*", "now", NOW);
    assertThat(found(NOW, "gpt-4o-mini")).isEqualTo("now");
    assertThat(found(LATER, "gpt-4o-mini")).isEqualTo("later");
  }

  @Test
  void ofTwoOfTheSameTimeTheOneWrittenLastHolds() {
    put(null, "gpt-4o", "wrong", NOW);
    put(null, "gpt-4o", "corrected", NOW);
    assertThat(found(NOW, "gpt-4o")).isEqualTo("corrected");
  }

  @Test
  void geminisCollectionIsNoPartOfTheName() {
    put(null, "gemini-embedding-001", "found", NOW);
    assertThat(found(NOW, "models/gemini-embedding-001")).isEqualTo("found");
  }

  @Test
  void theDefaultIsNoBeginningOfEveryName() {
    put(null, "gpt-4o", "shipped", NOW);
    put("org_1", "*", "default", NOW);
    assertThat(found(NOW, "gpt-4o")).isEqualTo("shipped");
    assertThat(found(NOW, "other")).isNull();
    ModelPrice fallback = new PriceBook(entries).defaultOf("org_1", "openai", NOW);
    assertThat(Objects.requireNonNull(fallback).version()).isEqualTo("default");
    assertThat(new PriceBook(entries).defaultOf("org_2", "openai", NOW)).isNull();
  }

  @Test
  void anotherProviderHasOtherPrices() {
    put(null, "m", "openai's", NOW);
    assertThat(new PriceBook(entries).find("org_1", "groq", List.of("m"), NOW)).isNull();
  }
}
