package dev.tollgate.gateway.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.knuddels.jtokkit.api.Encoding;

/**
 * Remembers how many tokens pieces of text have: applications send the same instructions with every
 * request, and a conversation sends all that was said before with every turn. Kept apart by owner,
 * so that nobody can tell by the time it takes what another has sent. Thread-safe.
 */
final class PieceCounts {

  /** What is shorter is counted sooner than found. */
  private static final int SHORTEST = 48;

  private static final int CHARS = 4_000_000;
  private static final int OVERHEAD_OF_ONE = 100;

  private final Cache<Piece, Integer> counts =
      Caffeine.newBuilder()
          .maximumWeight(CHARS)
          .weigher((Piece piece, Integer count) -> piece.text().length() + OVERHEAD_OF_ONE)
          .executor(Runnable::run)
          .build();

  private record Piece(String owner, Encoding encoding, String text) {}

  int of(String owner, Encoding encoding, String text) {
    if (text.length() < SHORTEST) {
      return encoding.countTokensOrdinary(text);
    }
    Piece piece = new Piece(owner, encoding, text);
    Integer known = counts.getIfPresent(piece);
    if (known != null) {
      return known;
    }
    int counted = encoding.countTokensOrdinary(text);
    counts.put(piece, counted);
    return counted;
  }
}
