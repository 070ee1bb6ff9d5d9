package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * A model's name and what it asks for: {@code sim-} and behaviours joined by {@code +}, for example
 * {@code sim-long-500+slow-10}. Any other name behaves.
 */
record SimulatedModel(String name, List<Behaviour> behaviours) {

  private static final String PREFIX = "sim-";

  SimulatedModel {
    behaviours = List.copyOf(behaviours);
  }

  static SimulatedModel of(String name) {
    List<Behaviour> behaviours = new ArrayList<>();
    if (name.startsWith(PREFIX)) {
      for (String part : name.substring(PREFIX.length()).split("\\+", -1)) {
        Behaviour.named(part).ifPresent(behaviours::add);
      }
    }
    return new SimulatedModel(name, behaviours);
  }

  /** How many words the answer has, under the maximum that the request gives. */
  int words(int requestedMaximum) {
    int natural = SampleText.NATURAL_LENGTH;
    for (Behaviour behaviour : behaviours) {
      if (behaviour instanceof Behaviour.Lengthy(int words)) {
        natural = words;
      }
    }
    return Math.min(natural, requestedMaximum);
  }

  Tokens tokens(int input, int output) {
    int cached = behaviours.contains(new Behaviour.Cached()) ? input / 2 : 0;
    int reasoning = behaviours.contains(new Behaviour.Reasoning()) ? output / 2 : 0;
    return new Tokens(input, output, cached, reasoning);
  }

  Answer applyTo(Answer answer, ProviderProtocol protocol) {
    Answer changed = answer;
    for (Behaviour behaviour : behaviours) {
      changed = behaviour.applyTo(changed, protocol);
    }
    return changed;
  }
}
