package dev.tollgate.benchmark.subject;

import dev.tollgate.deploy.launcher.Main;

/**
 * The launcher, in a process that does not outlive the benchmark: where that is killed, this one
 * stops itself, and the PostgreSQL that it started.
 */
public final class TollgateProcess {

  private TollgateProcess() {}

  /** Takes the launcher's arguments. */
  public static void main(String[] arguments) {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    var _ = parent.onExit().thenRun(() -> System.exit(1));
    Main.main(arguments);
  }
}
