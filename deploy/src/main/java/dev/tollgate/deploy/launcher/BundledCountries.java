package dev.tollgate.deploy.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;

/**
 * The country database that ships, as a file: the gateway reads none out of a jar. Its source and
 * licence stand beside the resource.
 */
final class BundledCountries {

  private static final String PREFIX = "countries-";
  private static final String SUFFIX = ".mmdb";
  private static final String UNFINISHED = PREFIX + "unpacked.part";

  private BundledCountries() {}

  /**
   * Unpacks the database if this version of it is not there yet, and removes those before it.
   *
   * @throws LauncherException when it cannot be written
   */
  static Path in(DataDirectory directory) {
    try {
      Path file = directory.file(PREFIX + version() + SUFFIX);
      if (Files.notExists(file)) {
        unpack(directory.file(UNFINISHED), file);
        removeAllBut(file);
      }
      return file;
    } catch (IOException e) {
      throw new LauncherException("cannot unpack the country database: " + e, e);
    }
  }

  static String version() throws IOException {
    try (InputStream version = resource("version")) {
      return new String(version.readAllBytes(), US_ASCII).strip();
    }
  }

  private static void unpack(Path unfinished, Path file) throws IOException {
    try (InputStream database = new GZIPInputStream(resource("countries.mmdb.gz"), 1 << 16)) {
      Files.copy(database, unfinished, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void removeAllBut(Path file) throws IOException {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(file.resolveSibling(""), PREFIX + "*" + SUFFIX)) {
      for (Path other : all) {
        if (!other.getFileName().equals(file.getFileName())) {
          Files.delete(other);
        }
      }
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream found = BundledCountries.class.getResourceAsStream("country/" + name);
    if (found == null) {
      throw new FileNotFoundException(name);
    }
    return found;
  }
}
