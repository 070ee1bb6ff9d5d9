package dev.tollgate.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Properties;

/** The committed vectors: what was sealed, digested and signed once must stay readable. */
public final class Vectors {

  private static final Properties VALUES = load();

  private Vectors() {}

  public static String text(String name) {
    return Objects.requireNonNull(VALUES.getProperty(name), name);
  }

  public static byte[] bytes(String name) {
    return HexFormat.of().parseHex(text(name));
  }

  /** Copies a committed file into {@code directory} with mode 0600, as secret files must have. */
  public static Path secretFile(String name, Path directory) {
    Path copy = directory.resolve(name);
    try (InputStream in = open(name)) {
      Files.copy(in, copy);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties load() {
    Properties values = new Properties();
    try (Reader reader =
        new InputStreamReader(open("vectors.properties"), StandardCharsets.UTF_8)) {
      values.load(reader);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(Vectors.class.getResourceAsStream("vectors/" + name), name);
  }
}
