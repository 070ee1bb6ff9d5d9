package dev.tollgate.benchmark.process;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * async-profiler in another JVM: samples of CPU time, down into the kernel where that is allowed.
 */
public final class Profiler {

  private static final String LIBRARY = "/linux-x64/libasyncProfiler.so";
  private static final String START = "start,event=cpu,interval=500us,threads=false";

  private final ProcessHandle process;
  private final Path library;

  private Profiler(ProcessHandle process, Path library) {
    this.process = process;
    this.library = library;
  }

  /**
   * One for a process on this machine.
   *
   * @param directory for the profiler's library
   * @throws IllegalStateException where there is no library for this system
   */
  public static Profiler of(ProcessHandle process, Path directory) {
    try (InputStream bytes = Profiler.class.getResourceAsStream(LIBRARY)) {
      if (bytes == null) {
        throw new IllegalStateException("no profiler for this system");
      }
      Path library = directory.resolve("libasyncProfiler.so");
      var _ = Files.copy(bytes, library, StandardCopyOption.REPLACE_EXISTING);
      return new Profiler(process, library);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void start() {
    command(START);
  }

  /** Writes the stacks since the start, one a line with its number of samples. */
  public void stop(Path collapsed) {
    command("stop,collapsed,file=" + collapsed);
  }

  private void command(String command) {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
      try {
        machine.loadAgentPath(library.toString(), command);
      } finally {
        machine.detach();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
      throw new IllegalStateException(e);
    }
  }
}
