package dev.tollgate.deploy.launcher;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code start --flag value --flag=value …}. Each flag may also come from the environment as
 * {@code TOLLGATE_} and its name in capitals; the command line wins.
 */
final class CommandLine {

  private static final List<String> RUN_FLAGS =
      List.of(
          "--data-dir",
          "--gateway-port",
          "--admin-port",
          "--management-port",
          "--routes",
          "--allow-upstream");
  private static final List<String> INIT_FLAGS = List.of("--data-dir");

  private final Map<String, String> flags = new HashMap<>();
  private final Map<String, String> environment;

  private CommandLine(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads the command line.
   *
   * @throws UsageException when it is not understood
   */
  static Command parse(List<String> words, Map<String, String> environment) {
    String command = words.isEmpty() ? "" : words.getFirst();
    CommandLine line = new CommandLine(environment);
    List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
    return switch (command) {
      case "start" -> new Command.Start(line.read(rest, RUN_FLAGS).options("data"));
      case "demo" -> new Command.Demo(line.read(rest, RUN_FLAGS).options("data-demo"));
      case "train" -> new Command.Train(line.read(rest, RUN_FLAGS).options("data"));
      case "init" -> new Command.Init(line.read(rest, INIT_FLAGS).path("--data-dir", "data"));
      default -> throw new UsageException("unknown command '" + command + "'");
    };
  }

  private CommandLine read(List<String> words, List<String> known) {
    int at = 0;
    while (at < words.size()) {
      String word = words.get(at);
      int equals = word.indexOf('=');
      String flag = equals < 0 ? word : word.substring(0, equals);
      if (!known.contains(flag)) {
        throw new UsageException("unknown option '" + flag + "'");
      }
      if (equals < 0 && at + 1 == words.size()) {
        throw new UsageException(flag + " needs a value");
      }
      put(flag, equals < 0 ? words.get(at + 1) : word.substring(equals + 1));
      at += equals < 0 ? 2 : 1;
    }
    return this;
  }

  private void put(String flag, String value) {
    if (flags.put(flag, value) != null) {
      throw new UsageException(flag + " is given twice");
    }
  }

  private LauncherOptions options(String dataDirectory) {
    return LauncherOptions.in(path("--data-dir", dataDirectory))
        .withPorts(
            port("--gateway-port", 8080),
            port("--admin-port", 8081),
            port("--management-port", 8082))
        .withRoutes(routes())
        .allowing(networks());
  }

  private int port(String flag, int otherwise) {
    String text = value(flag);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw new UsageException(flag + " must be 0 to 65535, not '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  private @Nullable Path routes() {
    if (value("--routes") == null) {
      return null;
    }
    Path routes = path("--routes", "");
    if (!Files.isReadable(routes)) {
      throw new UsageException("--routes names no file or directory that can be read: " + routes);
    }
    return routes;
  }

  private List<String> networks() {
    String text = value("--allow-upstream");
    if (text == null) {
      return List.of();
    }
    List<String> networks = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    for (String network : networks) {
      requireNetwork(network);
    }
    return networks;
  }

  private static void requireNetwork(String network) {
    try {
      new Network(network);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--allow-upstream takes networks such as 10.0.0.0/8, not '" + network + "'");
    }
  }

  private Path path(String flag, String otherwise) {
    String text = value(flag);
    try {
      return Path.of(text == null ? otherwise : text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new UsageException(flag + " is not a path");
    }
  }

  /** An empty value is none: an environment file often leaves a variable empty. */
  private @Nullable String value(String flag) {
    String given = flags.get(flag);
    if (given != null && given.isEmpty()) {
      throw new UsageException(flag + " needs a value");
    }
    String variable = "TOLLGATE_" + flag.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    String value = given != null ? given : environment.get(variable);
    return value == null || value.isEmpty() ? null : value;
  }
}
