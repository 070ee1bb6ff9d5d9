package dev.tollgate.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tollgate.deploy.e2e.PolicyCase.Brings;
import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import dev.tollgate.deploy.e2e.PolicyCase.Describes;
import dev.tollgate.deploy.e2e.PolicyCase.Does;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Every field of the key policy, by {@link PolicyTable}: set by the admin API in a key, and, as far
 * as it refuses, in every other document that may hold for a key's requests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyTableIT {

  private final Bed bed = Bed.shared();
  private final PolicyGround ground = PolicyGround.on(bed);
  private final Map<Place, Tenant.Key> keys = new HashMap<>();

  private record Place(PolicyLevel level, Map<String, String> document) {}

  @TestFactory
  Stream<DynamicNode> ofAKey() {
    return PolicyTable.fields().stream().map(this::ofAKey);
  }

  private DynamicNode ofAKey(String field) {
    return switch (Objects.requireNonNull(PolicyTable.of(field), field)) {
      case Decides decides ->
          dynamicContainer(
              field,
              decides.trials().entrySet().stream()
                  .flatMap(entry ->
                      entry.getValue().stream()
                          .map(trial -> tried(entry.getKey(), PolicyLevel.KEY, trial.of(field)))));
      case Does(String what, var effect) ->
          dynamicTest(field + " " + what, () -> effect.show(bed, bed.tenantWithProviders()));
      case Describes(String why, String value) ->
          dynamicTest(field + ": " + why, () -> isShownAndNoMore(field, value));
      case Brings(PolicyLevel level) ->
          dynamicTest(field + " brings " + level, () -> assertThat(otherLevels()).contains(level));
    };
  }

  @TestFactory
  Stream<DynamicNode> ofEveryOtherLevel() {
    return otherLevels()
        .map(level ->
            dynamicContainer(
                level.name(),
                PolicyTable.fieldsOfAllLevels().stream()
                    .filter(level::takes)
                    .flatMap(field -> refusals(field, level))));
  }

  private static Stream<PolicyLevel> otherLevels() {
    return Stream.of(PolicyLevel.values()).filter(level -> level != PolicyLevel.KEY);
  }

  private Stream<DynamicNode> refusals(String field, PolicyLevel level) {
    return PolicyTable.of(field) instanceof Decides decides
        ? decides.trials().entrySet().stream()
            .map(entry -> tried(entry.getKey(), level, firstRefusal(entry.getValue()).of(field)))
        : Stream.empty();
  }

  private static PolicyTrial firstRefusal(List<PolicyTrial> trials) {
    return trials.stream().filter(trial -> trial.refusal() != null).findFirst().orElseThrow();
  }

  private DynamicNode tried(Wire wire, PolicyLevel level, PolicyTrial trial) {
    String outcome = trial.refusal() == null ? "passes" : trial.refusal().code();
    return dynamicTest(
        "%s %s: %s %s".formatted(trial.document(), wire, trial.name(), outcome),
        () -> judge(trial, key(level, trial.document())));
  }

  private Tenant.Key key(PolicyLevel level, Map<String, String> document) {
    return keys.computeIfAbsent(
        new Place(level, document), place -> level.key(ground, place.document()));
  }

  private void judge(PolicyTrial trial, Tenant.Key key) {
    if (trial.repeated()) {
      PolicyEffects.passes(bed, trial.call(), key);
    }
    if (trial.refusal() == null) {
      PolicyEffects.passes(bed, trial.call(), key);
    } else {
      PolicyEffects.isRefused(
          bed, trial.call(), key, trial.refusal().status(), trial.refusal().code());
    }
  }

  private void isShownAndNoMore(String field, String value) {
    String path = field.replace("*", "team");
    String own =
        value
            .replace("ORGANIZATION", ground.organization())
            .replace("USER", value.contains("USER") ? ground.newMember() : "");
    Tenant.Key key = ground.key(ground.project(), Map.of(path, own));
    JsonNode shown = bed.admin().get("/v1/keys/" + key.id());
    assertThat(shown.at(path)).isEqualTo(PolicyGround.document(Map.of(path, own)).at(path));
    for (Wire wire : Wire.values()) {
      PolicyEffects.passes(bed, PolicyCall.chat(wire), key);
    }
  }
}
