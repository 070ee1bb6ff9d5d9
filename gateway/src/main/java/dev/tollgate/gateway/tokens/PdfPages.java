package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the pages of a PDF by what stands in it uncompressed: its page objects, or the number that
 * the root of its page tree names. Where both are compressed, by the file's length.
 */
final class PdfPages {

  /** Longer than anything that is looked for. */
  private static final int OVERLAP = 64;

  /** Of a file that hides its pages; printed text is around 5 KB a page, scans far more. */
  private static final int BYTES_PER_PAGE = 5_000;

  private static final int MOST = 10_000;

  private static final Pattern MARK =
      Pattern.compile("/Type\\s{0,4}/Page(?![A-Za-z])|/Count\\s{1,4}(\\d{1,5})(?!\\d)");

  private final byte[] held = new byte[8 * 1024];
  private int length;
  private long bytes;
  private int objects;
  private int named;

  static boolean isPdf(byte[] start, int length) {
    return length >= 5 && new String(start, 0, 5, ISO_8859_1).equals("%PDF-");
  }

  void add(byte[] file, int from, int to) {
    bytes += to - from;
    int at = from;
    while (at < to) {
      int part = Math.min(to - at, held.length - length);
      System.arraycopy(file, at, held, length, part);
      length += part;
      at += part;
      if (length == held.length) {
        search(length - OVERLAP);
        System.arraycopy(held, length - OVERLAP, held, 0, OVERLAP);
        length = OVERLAP;
      }
    }
  }

  /** Takes what begins before {@code end}; what begins later is looked at with what follows. */
  private void search(int end) {
    Matcher found = MARK.matcher(new String(held, 0, length, ISO_8859_1));
    while (found.find() && found.start() < end) {
      if (found.group(1) == null) {
        objects++;
      } else {
        named = Math.max(named, Integer.parseInt(found.group(1)));
      }
    }
  }

  /** The pages of the whole file, at least 1. */
  int pages() {
    search(length);
    int seen = Math.max(objects, named);
    return Math.clamp(seen > 0 ? seen : Math.ceilDiv(bytes, BYTES_PER_PAGE), 1, MOST);
  }
}
