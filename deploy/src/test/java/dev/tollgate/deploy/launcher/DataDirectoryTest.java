package dev.tollgate.deploy.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir private Path temporary;

  @Test
  void isUsedByOneAtATimeAndSaysByWhom() {
    DataDirectory first = DataDirectory.open(temporary);
    assertThatThrownBy(() -> DataDirectory.open(temporary))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid())
        .hasMessageContaining(temporary.toString());
    first.close();
    DataDirectory.open(temporary).close();
  }

  @Test
  void closesAnExistingEmptyDirectoryToOthers() throws IOException {
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    DataDirectory.open(temporary).close();
    assertThat(mode()).isEqualTo("rwx------");
  }

  @Test
  void leavesTheModeOfADirectoryThatHoldsForeignFiles() throws IOException {
    Files.writeString(temporary.resolve("foreign"), "");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    DataDirectory.open(temporary).close();
    assertThat(mode()).isEqualTo("rwxr-xr-x");
  }

  @Test
  void saysThatItIsNoDirectory() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(LauncherException.class)
        .hasMessageContaining(file.toString());
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary));
  }
}
