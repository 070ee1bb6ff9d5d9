package dev.tollgate.gateway.country;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * The database file, read again when it changes. One that cannot be read at start refuses to start;
 * one that cannot later leaves what was read before.
 */
final class CountryFile implements Countries, SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(CountryFile.class);

  /** What tells a file from the one before it, also where it was put in its place. */
  private record Version(FileTime modified, long size, @Nullable Object identity) {

    static Version of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Version(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }
  }

  private final Path file;
  private final Duration pollEvery;
  private final Scheduler blockingReads;
  private volatile CountryDatabase database;
  private Version seen;
  private @Nullable Disposable polling;

  CountryFile(Path file, Duration pollEvery, Scheduler blockingReads) {
    this.file = file;
    this.pollEvery = pollEvery;
    this.blockingReads = blockingReads;
    try {
      this.seen = Version.of(file);
      this.database = CountryDatabase.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "tollgate.network.country-database cannot be read: " + file, e);
    }
    log.info("Countries of addresses from {}", database.description());
  }

  @Override
  public @Nullable String of(InetAddress address) {
    return database.of(address);
  }

  /** Looks at the file once; package-private for tests. */
  synchronized void poll() {
    try {
      Version now = Version.of(file);
      if (now.equals(seen)) {
        return;
      }
      seen = now;
      database = CountryDatabase.read(Files.readAllBytes(file));
      log.info("Countries of addresses from {}", database.description());
    } catch (IOException e) {
      log.warn("The country database cannot be read; the one before stays: {}", e.toString());
    }
  }

  @Override
  public void start() {
    polling =
        Flux.interval(pollEvery, blockingReads).onBackpressureDrop().subscribe(tick -> poll());
  }

  @Override
  public void stop() {
    Disposable current = polling;
    if (current != null) {
      current.dispose();
      polling = null;
    }
  }

  @Override
  public boolean isRunning() {
    return polling != null;
  }
}
