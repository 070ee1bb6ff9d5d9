package dev.tollgate.benchmark;

import dev.tollgate.benchmark.process.Cores;
import dev.tollgate.benchmark.report.Budgets;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.GrowthTable;
import dev.tollgate.benchmark.report.Machine;
import dev.tollgate.benchmark.report.Report;
import dev.tollgate.benchmark.subject.BareSpringCloudGateway;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.Direct;
import dev.tollgate.benchmark.subject.Nginx;
import dev.tollgate.benchmark.subject.Tollgate;
import dev.tollgate.benchmark.upstream.Provider;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code deploy/tollgate bench} starts. Exit status: 0 when all budgets are kept, 1 when one
 * is broken, 2 for a command line that is not understood, 3 when something could not be measured.
 */
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final List<String> COLUMNS =
      List.of(Direct.NAME, Nginx.NAME, BareSpringCloudGateway.NAME, Tollgate.NAME);
  private static final double BARELY_WARM = 2;
  private static final int BROKEN = 1;
  private static final int MISUSED = 2;
  private static final int FAILED = 3;

  private final CommandLine.Kind kind;
  private final Plan plan;
  private final Settings settings;
  private final OpenThings open = new OpenThings();

  private Main(CommandLine asked, Settings settings) {
    this.kind = asked.kind();
    this.plan = asked.plan();
    this.settings = settings;
  }

  /** Ends the JVM. */
  @SuppressWarnings("SystemOut") // the table is for the caller's terminal
  public static void main(String[] arguments) {
    try {
      CommandLine asked = CommandLine.of(List.of(arguments));
      System.exit(new Main(asked, Settings.ofThisProcess()).run(System.out));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + CommandLine.USAGE);
      System.exit(MISUSED);
    }
  }

  private int run(PrintStream out) {
    Runtime.getRuntime().addShutdownHook(new Thread(open::close, "stop"));
    try (open;
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(this::daemon)) {
      var _ = clock.schedule(this::giveUp, plan.limit().toSeconds(), TimeUnit.SECONDS);
      try {
        return measure(out);
      } finally {
        // closing it would wait for the limit
        var _ = clock.shutdownNow();
      }
    } catch (RuntimeException | IOException e) {
      LOG.error("not measured", e);
      return FAILED;
    }
  }

  private int measure(PrintStream out) throws IOException {
    Cores cores = Cores.ofThisMachine();
    Map<String, String> conditions = Machine.conditions(settings.javaOptions(), cores.describe());
    cores.moveAside(ProcessHandle.current());
    Path directory = settings.freshDirectory();
    Network network = open.add(new Network(settings.loadThreads()));
    Provider provider = open.add(UpstreamProcess.start(settings, directory));
    Bench bench =
        new Bench(
            settings.java(),
            settings.javaOptions(),
            settings.bareLibraries(),
            directory,
            cores,
            provider.address());
    return switch (kind) {
      case PROFILE -> {
        new Profile(plan, open, settings.results()).run(bench, provider, network.generator());
        yield 0;
      }
      case GROWTH -> {
        GrowthTable table = new Growth(plan, open).run(bench, provider, network.generator());
        table.print(out);
        out.println("\nall figures: " + Files.write(settings.growth(), table.json()));
        yield 0;
      }
      case FULL, QUICK -> {
        Benchmark benchmark = new Benchmark(plan, open);
        yield report(conditions, benchmark.run(bench, network, provider, settings.aotCache()), out);
      }
    };
  }

  private int report(Map<String, String> conditions, Figures figures, PrintStream out)
      throws IOException {
    Budgets budgets = Budgets.read(settings.budgets());
    List<Budgets.Outcome> outcomes =
        (kind == CommandLine.Kind.QUICK ? budgets.loosened(BARELY_WARM) : budgets)
            .judge(figures, Tollgate.NAME, BareSpringCloudGateway.NAME);
    Report report =
        new Report(
            conditions,
            COLUMNS.stream().filter(figures.subjects()::contains).toList(),
            Tollgate.NAME,
            BareSpringCloudGateway.NAME,
            figures,
            outcomes);
    open.close();
    report.print(out);
    Path json = Files.write(settings.results(), report.json());
    out.println("\nall figures: " + json);
    return outcomes.stream().anyMatch(Budgets.Outcome::broken) ? BROKEN : 0;
  }

  /** The shutdown hook stops what runs. */
  private void giveUp() {
    LOG.error("not done after {} s: given up", plan.limit().toSeconds());
    System.exit(FAILED);
  }

  private Thread daemon(Runnable task) {
    return Thread.ofPlatform().name("limit").daemon().unstarted(task);
  }
}
