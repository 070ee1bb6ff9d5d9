package dev.tollgate.gateway.usage.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Usage rows that the database refuses for what stands in them, in a file beside the journal, until
 * somebody books them: an object a line, {@code {"refused_at", "reason", "replica", "row"}}.
 * Whoever gave a row is told once the disk has its line. What finds no room there waits, and is
 * tried again. A process that is killed in between writes the row again: lines of the same id are
 * one row.
 */
final class RefusedRows {

  static final String FILE = "refused.jsonl";

  private static final Logger log = LoggerFactory.getLogger(RefusedRows.class);
  private static final byte[] END = {'}', '\n'};

  private final Path file;
  private final long longest;
  private final String replica;
  private final InstantSource clock;
  private final Scheduler disk;
  private final Queue<Refused> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong kept = new AtomicLong();
  private boolean failing;

  /** A row that waits. */
  private static final class Refused {
    final byte[] line;
    final String reason;
    final Runnable whenKept;

    Refused(byte[] line, String reason, Runnable whenKept) {
      this.line = line;
      this.reason = reason;
      this.whenKept = whenKept;
    }
  }

  /**
   * @param directory of the journal
   * @param longest how long the file may be, bytes
   * @param replica who leased what the rows cost
   * @param disk where files are written
   */
  RefusedRows(Path directory, long longest, String replica, InstantSource clock, Scheduler disk) {
    this.file = directory.resolve(FILE);
    this.longest = longest;
    this.replica = replica;
    this.clock = clock;
    this.disk = disk;
  }

  /**
   * Has a row kept with the next flush.
   *
   * @param whenKept is run once the disk has it
   */
  void add(byte[] row, Throwable why, Runnable whenKept) {
    String reason = StorableText.of(why.toString());
    waiting.add(new Refused(line(row, reason), reason, whenKept));
  }

  private byte[] line(byte[] row, String reason) {
    byte[] line =
        new JsonMembers()
            .time("refused_at", clock.instant())
            .text("reason", reason)
            .text("replica", replica)
            .json("row", row)
            .raw(END)
            .toByteArray();
    line[0] = '{';
    // Between the parts of somebody else's JSON; within its texts there is none.
    for (int i = 0; i < line.length - 1; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    return line;
  }

  /** How many this process has kept. */
  long kept() {
    return kept.get();
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  /** Writes what waits; never fails. */
  Mono<Void> flush() {
    return Mono.defer(() ->
        waiting.isEmpty() ? Mono.empty() : Mono.<Void>fromRunnable(this::write).subscribeOn(disk));
  }

  private synchronized void write() {
    if (waiting.isEmpty()) {
      return;
    }
    List<Refused> written = new ArrayList<>();
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      append(channel, written);
    } catch (IOException e) {
      written.clear();
      fails(e);
    }
    written.forEach(this::isKept);
    if (!written.isEmpty()) {
      failing = false;
      log.error(
          "The database refuses {} usage rows, which are kept in {} to be booked by hand: {}",
          written.size(),
          file.toAbsolutePath(),
          written.getLast().reason);
    }
  }

  private void isKept(Refused row) {
    var _ = waiting.remove();
    kept.incrementAndGet();
    row.whenKept.run();
  }

  private void append(FileChannel channel, List<Refused> written) throws IOException {
    long end = channel.size();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (isTorn(channel, end)) {
      bytes.write('\n');
    }
    for (Refused row : waiting) {
      if (end + bytes.size() + row.line.length > longest) {
        break;
      }
      bytes.writeBytes(row.line);
      written.add(row);
    }
    if (written.isEmpty()) {
      throw new IOException("it has reached its size, move it away");
    }
    append(channel, end, ByteBuffer.wrap(bytes.toByteArray()));
    if (end == 0) {
      forceDirectory();
    }
  }

  /** A process that was killed may have left a part of a line. */
  private static boolean isTorn(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
  }

  private static void append(FileChannel channel, long end, ByteBuffer bytes) throws IOException {
    boolean whole = false;
    try {
      channel.position(end);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      whole = true;
    } finally {
      if (!whole && channel.isOpen()) {
        channel.truncate(end);
      }
    }
  }

  /** Else a power cut may take the file's name. */
  private void forceDirectory() throws IOException {
    try (FileChannel directory =
        FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private void fails(IOException failure) {
    if (!failing) {
      failing = true;
      log.error(
          "Usage rows that the database refuses stay in the journal, they cannot be kept in {}: {}",
          file.toAbsolutePath(),
          failure.toString());
    }
  }
}
