package dev.tollgate.deploy.e2e;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** How the effect of one field of the key policy is shown. */
sealed interface PolicyCase {

  /**
   * It decides about requests.
   *
   * @param trials for each protocol that has such requests
   * @param without why the other protocols have none
   */
  record Decides(Map<Wire, List<PolicyTrial>> trials, Map<Wire, String> without)
      implements PolicyCase {

    /** Of every protocol. */
    static Decides everywhere(Function<Wire, List<PolicyTrial>> trials) {
      return on(EnumSet.allOf(Wire.class), "", trials);
    }

    /** Of OpenAI's protocol alone. */
    static Decides onOpenAi(String whyNotElsewhere, Function<Wire, List<PolicyTrial>> trials) {
      return on(EnumSet.of(Wire.OPENAI), whyNotElsewhere, trials);
    }

    static Decides on(
        Set<Wire> wires, String whyNotElsewhere, Function<Wire, List<PolicyTrial>> trials) {
      Map<Wire, List<PolicyTrial>> some = new EnumMap<>(Wire.class);
      Map<Wire, String> without = new EnumMap<>(Wire.class);
      for (Wire wire : Wire.values()) {
        if (wires.contains(wire)) {
          some.put(wire, trials.apply(wire));
        } else {
          without.put(wire, whyNotElsewhere);
        }
      }
      return new Decides(some, without);
    }

    /** Protocols of which an allowed or a refused request is missing, and no reason is given. */
    List<Wire> incomplete() {
      return Arrays.stream(Wire.values())
          .filter(wire -> without.getOrDefault(wire, "").isEmpty())
          .filter(wire -> !hasBoth(trials.getOrDefault(wire, List.of())))
          .toList();
    }

    private static boolean hasBoth(List<PolicyTrial> trials) {
      return trials.stream().anyMatch(trial -> trial.refusal() == null)
          && trials.stream().anyMatch(trial -> trial.refusal() != null);
    }
  }

  /**
   * It has another effect than to refuse requests.
   *
   * @param effect fails where it is not there
   */
  record Does(String what, Effect effect) implements PolicyCase {}

  /** The effect of a field, tried out on a tenant of its own. */
  interface Effect {
    void show(Bed bed, Tenant tenant);
  }

  /**
   * It describes, or says to whom the key belongs: no request is refused for it, and it is shown as
   * it was written.
   *
   * @param value may name {@code ORGANIZATION}, {@code PROJECT}, {@code TEAM} and {@code USER}
   */
  record Describes(String why, String value) implements PolicyCase {}

  /** It brings in other fields, whose cases are all tried through it as well. */
  record Brings(PolicyLevel level) implements PolicyCase {}
}
