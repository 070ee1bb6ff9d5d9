package dev.tollgate.admin.virtualkey.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** When an entry of a list stands for no more than the entries of another list do. */
enum Coverage {
  /** Words: each stands for itself. */
  WORDS {
    @Override
    Predicate<String> by(List<String> wide) {
      return Set.copyOf(wide)::contains;
    }
  },
  GLOBS {
    @Override
    Predicate<String> by(List<String> wide) {
      return any(wide, Globs::covers);
    }

    @Override
    List<String> both(String above, String below) {
      return Globs.both(above, below);
    }
  },
  HOSTS {
    @Override
    Predicate<String> by(List<String> wide) {
      return any(wide, WebHost::covers);
    }
  },
  ORIGINS {
    @Override
    Predicate<String> by(List<String> wide) {
      return any(wide, Coverage::originCovers);
    }
  },
  NETWORKS {
    // not one by one: two lists may have ten thousand entries each
    @Override
    Predicate<String> by(List<String> wide) {
      Set<Network> networks = new HashSet<>();
      wide.forEach(text -> Network.parse(text).ifPresent(networks::add));
      int[] prefixes = networks.stream().mapToInt(Network::prefix).distinct().toArray();
      return text ->
          Network.parse(text).map(narrow -> narrow.isWithin(networks, prefixes)).orElse(false);
    }
  };

  /** Asks of an entry whether one of {@code wide} stands for all that it stands for. */
  abstract Predicate<String> by(List<String> wide);

  /** What two entries both stand for, where neither covers the other. */
  List<String> both(String above, String below) {
    return List.of();
  }

  private static Predicate<String> any(List<String> wide, BiPredicate<String, String> covers) {
    return narrow -> wide.stream().anyMatch(one -> covers.test(one, narrow));
  }

  private static boolean originCovers(String wide, String narrow) {
    Optional<Origin> inner = Origin.parse(narrow);
    return Origin.parse(wide).map(outer -> inner.map(outer::covers).orElse(false)).orElse(false);
  }
}
