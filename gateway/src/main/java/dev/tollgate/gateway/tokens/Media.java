package dev.tollgate.gateway.tokens;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a string tells that holds a picture, sound, film or file: as an address, a {@code data:} URL
 * or plain base64. Takes the string's bytes as they pass; keeps of the content what its kind needs
 * to be measured, {@value ImageSize#LONGEST_HEADER} bytes at most.
 */
final class Media implements JsonBody.ByteSink {

  private static final int LONGEST_PREFIX = 96;
  private static final String DATA_URL = "data:";
  private static final byte[] VALUES = new byte[256];

  static {
    Arrays.fill(VALUES, (byte) -1);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      VALUES[alphabet.charAt(i)] = (byte) i;
    }
    VALUES['-'] = 62;
    VALUES['_'] = 63;
  }

  private final byte[] prefix = new byte[LONGEST_PREFIX];
  private int prefixLength;
  private boolean inContent;
  private boolean remote;
  private String mimeType = "";
  private long characters;

  private final byte[] decoded = new byte[3 * 1024];
  private int decodedLength;
  private int bits;
  private int bitCount;

  private boolean begun;
  private byte[] start = new byte[0];
  private int startLength;
  private int startWanted;
  private @Nullable PdfPages pdf;

  @Override
  public void add(byte[] bytes, int from, int to) {
    characters += to - from;
    int i = from;
    while (i < to && !inContent) {
      prefix[prefixLength++] = bytes[i++];
      if (prefix[prefixLength - 1] == ',' || prefixLength == LONGEST_PREFIX) {
        readPrefix();
      }
    }
    if (inContent) {
      decode(bytes, i, to);
    }
  }

  /** The string is complete; what is asked before is not. */
  void end() {
    if (!inContent) {
      readPrefix();
    }
    flush();
  }

  private void readPrefix() {
    inContent = true;
    String text =
        new String(prefix, 0, prefixLength, StandardCharsets.ISO_8859_1)
            .replace("\\", "")
            .toLowerCase(Locale.ROOT);
    if (!text.startsWith(DATA_URL)) {
      remote = text.contains("://");
      decode(prefix, 0, prefixLength);
    } else {
      int end = text.indexOf(';');
      mimeType = text.substring(DATA_URL.length(), Math.max(DATA_URL.length(), end));
    }
  }

  private void decode(byte[] bytes, int from, int to) {
    for (int i = from; i < to && wantsMore(); i++) {
      int value = VALUES[bytes[i] & 0xFF];
      if (value >= 0) {
        take(value);
      }
    }
  }

  private boolean wantsMore() {
    return !remote && (!begun || pdf != null || startLength < startWanted);
  }

  private void take(int value) {
    bits = bits << 6 | value;
    bitCount += 6;
    if (bitCount >= Byte.SIZE) {
      bitCount -= Byte.SIZE;
      decoded[decodedLength++] = (byte) (bits >>> bitCount);
      if (decodedLength == decoded.length) {
        flush();
      }
    }
  }

  private void flush() {
    if (!begun) {
      begin();
    } else if (startLength < startWanted) {
      keepMore();
    }
    if (pdf != null) {
      pdf.add(decoded, 0, decodedLength);
    }
    decodedLength = 0;
  }

  private void begin() {
    begun = true;
    start = Arrays.copyOf(decoded, decodedLength);
    startLength = decodedLength;
    pdf = PdfPages.isPdf(start, startLength) ? new PdfPages() : null;
    startWanted = ImageSize.isJpeg(start, startLength) ? ImageSize.LONGEST_HEADER : startLength;
  }

  private void keepMore() {
    int length = Math.min(decodedLength, startWanted - startLength);
    if (startLength + length > start.length) {
      start = Arrays.copyOf(start, Math.max(startLength + length, 2 * start.length));
    }
    System.arraycopy(decoded, 0, start, startLength, length);
    startLength += length;
  }

  /** Of a data URL, in lower case; else empty. */
  String mimeType() {
    return mimeType;
  }

  /** Whether the string is an address, and what it names is not here. */
  boolean isRemote() {
    return remote;
  }

  /** What is held inline, in bytes. */
  long bytes() {
    return Math.ceilDiv(characters * 3, 4);
  }

  /** Bytes of the string as it stands in the body. */
  long characters() {
    return characters;
  }

  @Nullable ImageSize imageSize() {
    return ImageSize.of(start, startLength);
  }

  /** Of a WAV file; else {@link WavLength#UNKNOWN}. */
  long wavMillis() {
    return WavLength.isWav(start, startLength)
        ? WavLength.millis(start, startLength, bytes())
        : WavLength.UNKNOWN;
  }

  /** Of a PDF; 0 for what is none. */
  int pdfPages() {
    return pdf == null ? 0 : pdf.pages();
  }
}
