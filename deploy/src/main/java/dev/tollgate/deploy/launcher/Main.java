package dev.tollgate.deploy.launcher;

import dev.tollgate.deploy.demo.Demo;
import dev.tollgate.gateway.GatewayApplication;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code deploy/tollgate} starts. Exit status: 2 for a command line that is not understood, 1
 * for a failed start, 143 and the like after a signal.
 */
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final long STOP_WAIT_SECONDS = 60;

  private final PrintStream out;
  private final Shutdown shutdown = new Shutdown();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  private Main(PrintStream out) {
    this.out = out;
  }

  /** Never returns while the server runs. */
  @SuppressWarnings(
      "SystemOut") // the ready line and the demo's answer are for the caller's terminal
  public static void main(String[] arguments) {
    Logging.setUp();
    GatewayApplication.useOneEventLoopPerCore();
    int status = new Main(System.out).run(List.of(arguments));
    if (status != 0) {
      System.exit(status);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // the last place: whatever it is becomes an exit status
  private int run(List<String> arguments) {
    try {
      run(CommandLine.parse(arguments, System.getenv()));
      return 0;
    } catch (UsageException e) {
      complain(e.getMessage());
      return MISUSED;
    } catch (LauncherException e) {
      LOG.debug("failed", e);
      complain(e.getMessage());
      return FAILED;
    } catch (RuntimeException e) {
      LOG.error("Tollgate does not start", e);
      return FAILED;
    } finally {
      done.countDown();
    }
  }

  @SuppressWarnings("SystemOut") // a word to whoever typed the command, without a logger's frame
  private static void complain(@Nullable String message) {
    System.err.println("tollgate: " + message);
  }

  private void run(Command command) {
    switch (command) {
      case Command.Start(LauncherOptions options) -> start(options);
      case Command.Demo(LauncherOptions options) -> demo(options);
      case Command.Init(var directory) -> SecretFiles.initialise(directory);
      case Command.Train(LauncherOptions options) -> train(options);
    }
  }

  private void start(LauncherOptions options) {
    stopOnSignal();
    announce(Tollgate.start(options, shutdown));
    stay();
  }

  private void demo(LauncherOptions options) {
    stopOnSignal();
    Demo demo = shutdown.add(Demo.prepare());
    Tollgate tollgate = Tollgate.start(options.allowing(demo.networks(options)), shutdown);
    announce(tollgate);
    demo.show(tollgate, out);
    stay();
  }

  private void train(LauncherOptions options) {
    stopOnSignal();
    Demo demo = shutdown.add(Demo.prepare());
    Tollgate tollgate = Tollgate.start(options.allowing(demo.networks(options)), shutdown);
    demo.show(tollgate, out);
    shutdown.close();
  }

  private void announce(Tollgate tollgate) {
    out.printf("tollgate ready: gateway %s admin %s%n", tollgate.gatewayUrl(), tollgate.adminUrl());
    out.flush();
  }

  private void stay() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was begun is stopped also where the signal comes in the middle of a start. */
  private void stopOnSignal() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
  }

  private void stop() {
    shutdown.close();
    stopped.countDown();
    try {
      if (!done.await(STOP_WAIT_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the start did not end; whatever it began will be stopped by the next one");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Logging.flush();
    }
  }
}
