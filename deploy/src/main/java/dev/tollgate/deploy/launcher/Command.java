package dev.tollgate.deploy.launcher;

import java.nio.file.Path;

/** What the command line asks for. */
sealed interface Command {

  record Start(LauncherOptions options) implements Command {}

  record Demo(LauncherOptions options) implements Command {}

  record Init(Path dataDirectory) implements Command {}

  /** Starts, runs one request and ends, so that the JDK can write its AOT cache. */
  record Train(LauncherOptions options) implements Command {}
}
