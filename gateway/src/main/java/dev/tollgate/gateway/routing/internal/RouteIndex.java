package dev.tollgate.gateway.routing.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;

/**
 * Which routes may match a path, found by hashes instead of asking one after the other, so that a
 * request costs the same with one route and with a thousand. It only leaves out what cannot match:
 * the predicates decide.
 *
 * <p>A pattern is filed under its beginning, the whole segments before its first variable or
 * asterisk. A route whose paths are not known is asked for every request.
 */
final class RouteIndex {

  private final List<Route> all;

  /** Indices into {@code all}, ascending. */
  private final Map<String, int[]> byBeginning = new HashMap<>();

  private final int[] anywhere;

  /** Most requests ask for the same path as the one before. */
  private volatile @Nullable Asked last;

  private record Asked(String rawPath, List<Route> candidates) {}

  private RouteIndex(List<Route> all) {
    this.all = List.copyOf(all);
    Map<String, TreeSet<Integer>> filed = new HashMap<>();
    TreeSet<Integer> unfiled = new TreeSet<>();
    for (int i = 0; i < this.all.size(); i++) {
      RoutePaths paths = RoutePaths.of(this.all.get(i));
      if (paths == null) {
        unfiled.add(i);
        continue;
      }
      for (String pattern : paths.patterns()) {
        var _ = filed.computeIfAbsent(beginning(pattern), name -> new TreeSet<>()).add(i);
      }
    }
    filed.forEach((name, indices) -> byBeginning.put(name, ints(indices)));
    this.anywhere = ints(unfiled);
  }

  /** An index of routes in the order in which they are tried. */
  static RouteIndex of(List<Route> routes) {
    return new RouteIndex(routes);
  }

  private static int[] ints(Set<Integer> indices) {
    return indices.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Without the slash before the first variable part, so that a pattern's own root is found too.
   */
  private static String beginning(String pattern) {
    int special = pattern.length();
    for (char each : new char[] {'{', '*', '?'}) {
      int at = pattern.indexOf(each);
      special = at < 0 ? special : Math.min(special, at);
    }
    int end =
        special == pattern.length() ? special : Math.max(0, pattern.lastIndexOf('/', special));
    return withoutLastSlash(pattern.substring(0, end));
  }

  private static String withoutLastSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /**
   * The routes that may match, in their order; all of them for a path that can be written in
   * several ways.
   */
  List<Route> candidates(String rawPath) {
    Asked known = last;
    if (known != null && known.rawPath().equals(rawPath)) {
      return known.candidates();
    }
    List<Route> candidates = isPlain(rawPath) ? search(rawPath) : all;
    last = new Asked(rawPath, candidates);
    return candidates;
  }

  private List<Route> search(String rawPath) {
    TreeSet<Integer> found = new TreeSet<>();
    addAll(found, anywhere);
    String path = withoutLastSlash(rawPath);
    addBeginning(found, path);
    for (int slash = path.lastIndexOf('/'); slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
      addBeginning(found, path.substring(0, slash));
    }
    List<Route> routes = new ArrayList<>(found.size());
    found.forEach(index -> routes.add(all.get(index)));
    return routes;
  }

  private void addBeginning(Set<Integer> found, String beginning) {
    int[] indices = byBeginning.get(beginning);
    if (indices != null) {
      addAll(found, indices);
    }
  }

  private static void addAll(Set<Integer> found, int[] indices) {
    for (int index : indices) {
      var _ = found.add(index);
    }
  }

  /** Nothing encoded, no parameters, no empty segment. */
  private static boolean isPlain(String path) {
    return path.indexOf('%') < 0 && path.indexOf(';') < 0 && !path.contains("//");
  }
}
