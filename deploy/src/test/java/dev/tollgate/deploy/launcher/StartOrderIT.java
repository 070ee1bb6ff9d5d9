package dev.tollgate.deploy.launcher;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.launcher.database.DatabasePasswords;
import dev.tollgate.deploy.launcher.database.DatabaseRole;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What answers when, of a Tollgate that starts on a directory in which it ran before. */
class StartOrderIT {

  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int READ_TIMEOUT_MILLIS = 30_000;
  private static final int REFUSED = -1;

  /** The common pool has one for all on two cores. */
  private static final Executor OWN_THREADS = task -> Thread.ofPlatform().start(task);

  @TempDir private Path directory;
  private final Shutdown shutdown = new Shutdown();
  private LauncherOptions options;

  @BeforeEach
  void runBefore() throws IOException {
    options = RunningTollgate.options(directory);
    Tollgate.start(options).close();
    options = options.withPorts(freePort(), freePort(), freePort());
  }

  @AfterEach
  void stop() {
    shutdown.close();
  }

  @Test
  void answersBeforeTheAdminApiAndIsReadyWithIt() throws Exception {
    CompletableFuture<Tollgate> start = start();
    try (Connection _ = keepingTheAdminApiFromStarting(start)) {
      awaitAnswers(401);
      assertThat(get(options.gatewayPort(), "/health/live")).isEqualTo(200);
      assertThat(get(options.gatewayPort(), "/health/ready")).isEqualTo(503);
      await().atMost(LONGEST).until(() -> get(options.managementPort(), "/health") == 503);
      assertThat(get(options.managementPort(), "/health/readiness")).isEqualTo(503);
      assertThat(get(options.adminPort(), "/health/live")).isEqualTo(REFUSED);
      assertThat(start).isNotDone();
    }
    await().atMost(LONGEST).until(() -> get(options.gatewayPort(), "/health/ready") == 200);
    assertThat(get(options.adminPort(), "/health/ready")).isEqualTo(200);
    var _ = start.join();
    assertThat(get(options.managementPort(), "/health")).isEqualTo(200);
  }

  @Test
  void servesNothingWhereTheSchemaIsNotThisVersions() throws Exception {
    Tollgate before = Tollgate.start(options);
    execute(
        before.database().port(),
        "UPDATE tollgate.flyway_schema_history SET checksum = 1 WHERE version = '1'");
    before.close();
    CompletableFuture<Tollgate> start = start();
    while (!start.isDone()) {
      assertThat(chatCompletion()).isEqualTo(REFUSED);
    }
    assertThatThrownBy(start::join).hasStackTraceContaining("checksum mismatch");
    assertThatNothingIsLeft();
  }

  @Test
  void endsWhenTheAdminApiDoesNotStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      options = options.withPorts(options.gatewayPort(), taken.getLocalPort(), 0);
      assertThatThrownBy(() -> Tollgate.start(options))
          .isInstanceOf(LauncherException.class)
          .hasMessage("port " + taken.getLocalPort() + " is in use");
    }
    assertThatNothingIsLeft();
  }

  @Test
  void stopsWhileTheAdminApiStarts() throws Exception {
    CompletableFuture<Tollgate> start = start();
    CompletableFuture<Void> stop;
    try (Connection _ = keepingTheAdminApiFromStarting(start)) {
      awaitAnswers(401);
      stop = CompletableFuture.runAsync(shutdown::close, OWN_THREADS);
      awaitAnswers(REFUSED);
    }
    stop.join();
    assertThatThrownBy(start::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(LauncherException.class)
        .hasMessageContaining("stopped while starting");
    assertThatNothingIsLeft();
  }

  private void assertThatNothingIsLeft() throws Exception {
    assertThat(chatCompletion()).isEqualTo(REFUSED);
    assertThat(directory.resolve("postgres/postmaster.pid")).doesNotExist();
  }

  private CompletableFuture<Tollgate> start() {
    return CompletableFuture.supplyAsync(() -> Tollgate.start(options, shutdown), OWN_THREADS);
  }

  /** It writes its catalogue before it listens. Gone with the connection. */
  private Connection keepingTheAdminApiFromStarting(CompletableFuture<Tollgate> start)
      throws Exception {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(() -> {
          connect(databasePort()).close();
          return true;
        });
    Connection connection = connect(databasePort());
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE tollgate.provider_kind IN EXCLUSIVE MODE");
    }
    assertThat(start).isNotDone();
    return connection;
  }

  private void execute(int port, String sql) throws SQLException {
    try (Connection connection = connect(port);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect(int port) throws SQLException {
    String password =
        DatabasePasswords.load(directory.resolve("database-passwords.json"))
            .reveal(DatabaseRole.SUPERUSER);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/tollgate",
        DatabaseRole.SUPERUSER.user(),
        password);
  }

  private int databasePort() throws IOException {
    return Integer.parseInt(
        Files.readAllLines(directory.resolve("postgres/postmaster.pid")).get(3).strip());
  }

  private void awaitAnswers(int status) {
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> chatCompletion() == status);
  }

  /** Without a key; what refuses it is the whole gateway, not only its port. */
  private int chatCompletion() throws IOException {
    return status(
        options.gatewayPort(), "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 0\r\n");
  }

  private static int get(int port, String path) throws IOException {
    return status(port, "GET " + path + " HTTP/1.1\r\n");
  }

  /** By a connection of its own: one that is kept outlives a server in the same process. */
  private static int status(int port, String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(READ_TIMEOUT_MILLIS);
      socket
          .getOutputStream()
          .write((head + "Host: localhost\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
      String line = new String(socket.getInputStream().readNBytes(12), US_ASCII);
      return Integer.parseInt(line.substring(9));
    } catch (ConnectException e) {
      return REFUSED;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }
}
