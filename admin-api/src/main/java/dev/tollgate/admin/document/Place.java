package dev.tollgate.admin.document;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may stand at one place of a document: a block of further places, a field, or a short form of
 * one.
 */
sealed interface Place {

  record Leaf(Field field) implements Place {}

  record Alias(ShortForm form) implements Place {}

  /** Filled while a {@link DocumentShape} is made and not changed afterwards. */
  final class Block implements Place {
    private static final String ANY_NAME = "*";

    private final Map<String, Place> members = new HashMap<>();
    private @Nullable ShortForm listForm;

    @Nullable Place member(String name) {
      Place named = members.get(name);
      return named != null ? named : members.get(ANY_NAME);
    }

    /** Everything that has a place here, in the order of the alphabet. */
    SortedMap<String, Place> members() {
      return new TreeMap<>(members);
    }

    boolean takesAnyName() {
      return members.containsKey(ANY_NAME);
    }

    @Nullable ShortForm listForm() {
      return listForm;
    }

    void put(List<String> segments, Place place) {
      String name = segments.getFirst();
      if (segments.size() == 1) {
        putHere(name, place);
      } else if (members.computeIfAbsent(name, _ -> new Block()) instanceof Block block) {
        block.put(segments.subList(1, segments.size()), place);
      } else {
        throw new IllegalArgumentException(name + " is a field and cannot have members");
      }
    }

    private void putHere(String name, Place place) {
      if (place instanceof Alias(ShortForm form) && members.get(name) instanceof Block block) {
        block.listForm = form;
      } else if (members.putIfAbsent(name, place) != null) {
        throw new IllegalArgumentException(name + " is there twice");
      }
    }

    @Nullable Place find(List<String> segments) {
      Place next = member(segments.getFirst());
      if (segments.size() == 1) {
        return next;
      }
      return next instanceof Block block ? block.find(segments.subList(1, segments.size())) : null;
    }
  }
}
