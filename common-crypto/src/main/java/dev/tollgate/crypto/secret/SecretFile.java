package dev.tollgate.crypto.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/**
 * A file that holds a secret: keyset, pepper, signing key, root key. Written with mode 0600 from
 * its first byte and complete or not at all; not read when it is open to everybody.
 *
 * <p>Reading refuses files that <em>others</em> may read or write. A group is let in, because
 * containers mount secrets with a group (Kubernetes {@code fsGroup}, mode 0440). File systems
 * without POSIX permissions are not checked. These calls block; they belong to the start of a
 * process and to administrative work, never to an event loop.
 */
public final class SecretFile {

  /** No secret file of Tollgate comes near this; larger ones are refused unread. */
  public static final int MAX_BYTES = 64 * 1024;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private SecretFile() {}

  /**
   * Writes a new file, readable and writable by its owner only. Readers see all of it or no file;
   * of two processes that create the same file one fails.
   *
   * @throws SecretFileException if the file exists or cannot be written
   */
  public static void create(Path file, byte[] content) {
    write(file, content, SecretFile::publishNew);
  }

  /**
   * Writes the file anew in one step; readers see the old content or the new one. The new file has
   * mode 0600 whatever the old one had.
   *
   * @throws SecretFileException if the file cannot be written
   */
  public static void replace(Path file, byte[] content) {
    write(file, content, SecretFile::publishOver);
  }

  /**
   * The content of {@code file}, at most {@link #MAX_BYTES}. Symbolic links are followed, as
   * mounted secrets use them.
   *
   * @throws SecretFileException if the file is missing, not a regular file, too large, or open to
   *     everybody
   */
  public static SecretBytes read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      refuseUnsafe(file);
      return SecretBytes.owning(readAll(file, channel));
    } catch (NoSuchFileException missing) {
      throw new SecretFileException(file, "does not exist");
    } catch (IOException unreadable) {
      throw new SecretFileException(file, "cannot be read", unreadable);
    }
  }

  private static void refuseUnsafe(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new SecretFileException(file, "is not a regular file");
    }
    if (hasPosixPermissions(file)) {
      refuseOpenToOthers(file, Files.getPosixFilePermissions(file));
    }
  }

  private static void refuseOpenToOthers(Path file, Set<PosixFilePermission> permissions) {
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new SecretFileException(file, "is open to every user of this machine; use mode 0600");
    }
  }

  private static byte[] readAll(Path file, FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES + 1);
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
      // a channel may give less than asked for
    }
    if (!buffer.hasRemaining()) {
      throw new SecretFileException(file, "is larger than " + MAX_BYTES + " bytes");
    }
    byte[] content = new byte[buffer.flip().remaining()];
    buffer.get(content);
    SecretBytes.wipe(buffer.array());
    return content;
  }

  private static void write(Path file, byte[] content, Publication publication) {
    Path target = file.toAbsolutePath();
    try {
      Path complete = writeBeside(target, content);
      try {
        publication.publish(complete, target);
        syncDirectory(directoryOf(target));
      } finally {
        Files.deleteIfExists(complete);
      }
    } catch (FileAlreadyExistsException exists) {
      throw new SecretFileException(file, "exists already; it is not overwritten");
    } catch (IOException unwritable) {
      throw new SecretFileException(file, "cannot be written", unwritable);
    }
  }

  private static Path writeBeside(Path target, byte[] content) throws IOException {
    Path beside = Files.createTempFile(directoryOf(target), ".secret-", ".tmp", ownerOnly(target));
    try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
      ByteBuffer remaining = ByteBuffer.wrap(content);
      while (remaining.hasRemaining()) {
        channel.write(remaining);
      }
      channel.force(true);
      return beside;
    } catch (IOException failed) {
      Files.deleteIfExists(beside);
      throw failed;
    }
  }

  /**
   * A hard link is the one step that both appears complete and fails if the name is taken. Some
   * mounts know no links; there, a move that refuses an existing name is the next best.
   */
  private static void publishNew(Path complete, Path target) throws IOException {
    try {
      Files.createLink(target, complete);
    } catch (FileAlreadyExistsException exists) {
      throw exists;
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      Files.move(complete, target);
    }
  }

  private static void publishOver(Path complete, Path target) throws IOException {
    Files.move(
        complete, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Makes the new name survive a power cut. Some platforms cannot open directories; the file itself
   * is synced.
   */
  private static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      // the file is complete either way
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path target) {
    return hasPosixPermissions(directoryOf(target))
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private static boolean hasPosixPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static Path directoryOf(Path target) {
    return Objects.requireNonNull(target.getParent(), "a file has a directory");
  }

  private interface Publication {
    void publish(Path complete, Path target) throws IOException;
  }
}
