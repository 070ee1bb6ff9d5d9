package dev.tollgate.deploy.launcher.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The server's programs where zonky unpacks them: a directory {@code PG-<hash>} each version, which
 * holds {@code .exists} once it is whole, and {@code epg-lock} while somebody works on it.
 */
final class UnpackedPrograms {

  private static final String WHOLE = ".exists";
  private static final String LOCK = "epg-lock";

  private UnpackedPrograms() {}

  /**
   * Removes what a killed process left half unpacked: no later one could unpack over it.
   *
   * @throws UncheckedIOException if it cannot be removed
   */
  static void removeUnfinished(Path binaries) {
    if (!Files.isDirectory(binaries)) {
      return;
    }
    try (DirectoryStream<Path> versions = Files.newDirectoryStream(binaries, "PG-*")) {
      for (Path version : versions) {
        if (Files.notExists(version.resolve(WHOLE))) {
          removeUnlessBusy(version);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeUnlessBusy(Path version) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                version.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null && Files.notExists(version.resolve(WHOLE))) {
        deleteAll(version);
      }
    } catch (OverlappingFileLockException busy) {
      // Another thread of this process is unpacking it.
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
