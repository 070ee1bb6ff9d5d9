package dev.tollgate.gateway.country;

import com.maxmind.db.Reader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database in MaxMind's format, held in memory: a file mapped into it would take the process
 * along if it were overwritten. Thread-safe.
 *
 * <p>Reads what the free and the commercial databases have: {@code country.iso_code} (MaxMind,
 * DB-IP), {@code country_code} (ip-location-db, IPinfo), {@code country} as a text (IPinfo).
 */
final class CountryDatabase implements Countries {

  private static final Pattern CODE = Pattern.compile("[A-Za-z]{2}");

  private final Reader reader;

  private CountryDatabase(Reader reader) {
    this.reader = reader;
  }

  /**
   * Reads a database.
   *
   * @throws IOException if it is none
   */
  static CountryDatabase read(byte[] file) throws IOException {
    try {
      return new CountryDatabase(new Reader(new ByteArrayInputStream(file)));
    } catch (RuntimeException e) {
      throw new IOException("damaged", e);
    }
  }

  /** When it was made and of what kind it is, for the log. */
  String description() {
    return reader.getMetadata().databaseType() + " of " + reader.getMetadata().buildTime();
  }

  /** What is damaged is not known. */
  @Override
  public @Nullable String of(InetAddress address) {
    try {
      Map<?, ?> entry = reader.get(address, Map.class);
      return entry == null ? null : code(entry);
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }

  private static @Nullable String code(Map<?, ?> entry) {
    Object country = entry.get("country");
    if (country instanceof Map<?, ?> named) {
      return code(named.get("iso_code"));
    }
    String code = code(entry.get("country_code"));
    return code != null ? code : code(country);
  }

  private static @Nullable String code(@Nullable Object value) {
    return value instanceof String text && CODE.matcher(text).matches()
        ? text.toUpperCase(Locale.ROOT)
        : null;
  }
}
