package dev.tollgate.deploy.launcher.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedProgramsTest {

  @TempDir private Path binaries;
  private Path version;

  @BeforeEach
  void unpackAPart() throws IOException {
    version = binaries.resolve("PG-1");
    Files.createDirectories(version.resolve("lib"));
    Files.createSymbolicLink(version.resolve("lib/libpq.so"), Path.of("libpq.so.5"));
  }

  @Test
  void removesWhatWasLeftHalfUnpacked() {
    UnpackedPrograms.removeUnfinished(binaries);
    assertThat(version).doesNotExist();
  }

  @Test
  void leavesWhatIsWhole() throws IOException {
    Files.createFile(version.resolve(".exists"));
    UnpackedPrograms.removeUnfinished(binaries);
    assertThat(version.resolve("lib/libpq.so")).isSymbolicLink();
  }

  @Test
  void leavesWhatIsBeingUnpacked() throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                version.resolve("epg-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assertThat(held.isValid()).isTrue();
      UnpackedPrograms.removeUnfinished(binaries);
      assertThat(version.resolve("lib/libpq.so")).isSymbolicLink();
    }
  }

  @Test
  void doesNothingBeforeTheFirstStart() {
    UnpackedPrograms.removeUnfinished(binaries.resolve("missing"));
    assertThat(binaries).isDirectoryContaining(path -> path.endsWith("PG-1"));
  }
}
