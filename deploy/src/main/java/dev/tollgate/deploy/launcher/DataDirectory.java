package dev.tollgate.deploy.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one installation keeps its state, open to its owner only and used by one process at a time.
 * The lock is the kernel's: it ends with the process, however that ends.
 */
final class DataDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
  private static final String LOCK_FILE = "tollgate.lock";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path directory;
  private final FileChannel lockChannel;

  private DataDirectory(Path directory, FileChannel lockChannel) {
    this.directory = directory;
    this.lockChannel = lockChannel;
  }

  /**
   * Makes the directory if need be, and takes it.
   *
   * @throws LauncherException when another process has it, or it cannot be written
   */
  static DataDirectory open(Path directory) {
    try {
      protect(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK_FILE),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
      return locked(directory, channel);
    } catch (IOException e) {
      throw new LauncherException("cannot use the data directory " + directory + ": " + e, e);
    }
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      LOG.warn("cannot release {}", directory.resolve(LOCK_FILE), e);
    }
  }

  private static DataDirectory locked(Path directory, FileChannel channel) throws IOException {
    if (tryLock(channel) == null) {
      String holder = read(channel);
      channel.close();
      throw new LauncherException(
          "another Tollgate%s is running on the data directory %s"
              .formatted(holder.isEmpty() ? "" : " (process " + holder + ")", directory));
    }
    channel.truncate(0);
    byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
    channel.write(ByteBuffer.wrap(pid), 0);
    return new DataDirectory(directory, channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      // far behind the content, so that systems with mandatory locks still let others read it
      return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    channel.read(content, 0);
    return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII);
  }

  /**
   * A directory that we made, that was empty or that is ours is closed to others. One with foreign
   * files in it (somebody may have said {@code --data-dir /tmp}) keeps its mode; every secret file
   * is closed by itself.
   */
  private static void protect(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (!Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      return;
    }
    if (isEmpty(directory) || Files.exists(directory.resolve(LOCK_FILE))) {
      Files.setPosixFilePermissions(directory, OWNER_ONLY);
    } else {
      LOG.warn("{} holds other files; its permissions are left as they are", directory);
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}
