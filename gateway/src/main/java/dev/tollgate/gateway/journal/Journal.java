package dev.tollgate.gateway.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one gateway. An admission is written before the provider is called and stays until
 * its row is stored; a settlement is written before the answer's last byte leaves. What a killed
 * process has left is read once at the next start. To append costs a copy of the row and never
 * waits for the disk: the next file is made ready beforehand. Thread-safe.
 */
public final class Journal implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Journal.class);
  private static final String SUFFIX = ".journal";

  /** Records that move on in one go, some megabytes; it is done where nobody can be admitted. */
  private static final int MOST_CARRIED = 5_000;

  private final JournalProperties properties;
  private final Executor background;
  private final Segment.Filler filler;
  private final FileChannel lockFile;
  private final String replica;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private final List<Path> leftFiles;
  private final AtomicLong number;
  private final long mostFiles;
  private final Spares spares;
  private boolean full;
  private boolean closed;

  private Journal(
      JournalProperties properties,
      Executor background,
      LongSupplier nanoClock,
      Segment.Filler filler,
      FileChannel lockFile,
      String replica)
      throws IOException {
    this.properties = properties;
    this.background = background;
    this.filler = filler;
    this.lockFile = lockFile;
    this.replica = replica;
    this.leftFiles = filesIn(properties.directory());
    this.number = new AtomicLong(leftFiles.isEmpty() ? 0 : numberOf(leftFiles.getLast()));
    this.mostFiles = properties.maxSize().toBytes() / properties.segmentSize().toBytes();
    this.spares =
        new Spares(
            background, this::newSegment, this::prepareSpare, (int) (mostFiles / 4), nanoClock);
    segments.add(newSegment());
    prepareSpare();
  }

  /**
   * Opens the journal, and keeps every other process from it.
   *
   * @param background where files are made and deleted; nothing else should keep it busy, since
   *     nobody is admitted who finds no file
   * @throws UncheckedIOException if the directory cannot be used, or another process does
   */
  public static Journal open(JournalProperties properties, Executor background) {
    return open(properties, background, System::nanoTime, Segment::fill);
  }

  @SuppressWarnings("resource") // the lock is held until the journal is closed
  static Journal open(
      JournalProperties properties,
      Executor background,
      LongSupplier nanoClock,
      Segment.Filler filler) {
    Path directory = properties.directory();
    try {
      Files.createDirectories(directory);
      FileChannel lockFile =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(lockFile)) {
        lockFile.close();
        throw new IOException("another process uses it");
      }
      return new Journal(properties, background, nanoClock, filler, lockFile, replicaIn(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The journal in %s cannot be opened: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Whoever holds the journal answers for the leases that were taken with it. */
  private static String replicaIn(Path directory) throws IOException {
    Path file = directory.resolve("replica");
    if (Files.notExists(file)) {
      Path fresh = directory.resolve("replica.new");
      Files.writeString(fresh, "rep_" + UUID.randomUUID());
      Files.move(fresh, file);
    }
    return Files.readString(file).strip();
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      all.forEach(files::add);
    }
    files.sort(Comparator.comparingLong(Journal::numberOf));
    return files;
  }

  private static long numberOf(Path file) {
    String name = file.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  private Segment newSegment() throws IOException {
    Path file =
        properties.directory().resolve("%012d%s".formatted(number.incrementAndGet(), SUFFIX));
    return Segment.create(file, (int) properties.segmentSize().toBytes(), filler);
  }

  /** Under which name this gateway takes leases: the same as long as the journal is. */
  public String replica() {
    return replica;
  }

  /**
   * What a process before this one owes: of each admission its settlement, or itself where it has
   * none, by id. To be stored, then {@link #forgetLeft()}.
   */
  public Map<String, byte[]> left() {
    Map<String, byte[]> rows = new LinkedHashMap<>();
    for (Path file : leftFiles) {
      try {
        Segment.read(
            file,
            (kind, id, row) -> {
              if (kind == RecordKind.SETTLEMENT) {
                rows.put(id, row);
              } else {
                rows.putIfAbsent(id, row);
              }
            });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }

  /** What was left is stored. */
  public synchronized void forgetLeft() {
    List<Path> done = List.copyOf(leftFiles);
    leftFiles.clear();
    background.execute(() -> done.forEach(Segment::delete));
  }

  /**
   * Notes that a provider is about to be called.
   *
   * @param id ASCII, at most 100 characters
   * @param row as it is stored if nothing more is heard of the request
   * @throws JournalFullException if it cannot be noted: nobody must be called
   */
  public synchronized Ticket admit(String id, byte[] row) {
    byte[] ascii = id.getBytes(StandardCharsets.US_ASCII);
    Segment segment = append(RecordKind.ADMISSION, ascii, row);
    noteFull(segment == null);
    if (segment == null) {
      throw new JournalFullException();
    }
    Ticket ticket = new Ticket(ascii, row, segment);
    segment.open.add(ticket);
    return ticket;
  }

  /** Notes how a request has ended. Where there is no room for it, its admission stands. */
  public synchronized void settle(Ticket ticket, byte[] row) {
    ticket.settlement = row;
    append(RecordKind.SETTLEMENT, ticket.id, row);
  }

  /** The rows of these are in the database. */
  public synchronized void stored(Collection<Ticket> tickets) {
    for (Ticket ticket : tickets) {
      ticket.segment.open.remove(ticket);
    }
    makeRoom();
  }

  private @Nullable Segment append(RecordKind kind, byte[] id, byte[] row) {
    if (closed) {
      return null;
    }
    Segment current = segments.getLast();
    if (current.append(kind, id, row)) {
      return current;
    }
    Segment next = spares.take();
    if (next != null) {
      segments.add(next);
    }
    makeRoom();
    return next != null && next.append(kind, id, row) ? next : null;
  }

  /** Deletes from the oldest on: a later file may hold the settlement of an earlier admission. */
  private void makeRoom() {
    while (segments.size() > 1 && segments.getFirst().open.isEmpty()) {
      Segment done = segments.removeFirst();
      done.close();
      background.execute(done::delete);
    }
    prepareSpare();
  }

  private synchronized void prepareSpare() {
    long room = mostFiles - leftFiles.size() - segments.size();
    spares.prepare(room);
    if (room < 1) {
      carryOver();
    }
  }

  /** One request that takes long must not keep all files after its own: its records move on. */
  private void carryOver() {
    Segment oldest = segments.getFirst();
    Segment newest = segments.getLast();
    if (oldest != newest && oldest.open.size() < MOST_CARRIED) {
      for (Ticket ticket : List.copyOf(oldest.open)) {
        byte[] settlement = ticket.settlement;
        if (!newest.hasRoomFor(ticket.id, ticket.admission, settlement)) {
          return;
        }
        newest.append(RecordKind.ADMISSION, ticket.id, ticket.admission);
        if (settlement != null) {
          newest.append(RecordKind.SETTLEMENT, ticket.id, settlement);
        }
        oldest.open.remove(ticket);
        ticket.segment = newest;
        newest.open.add(ticket);
      }
    }
  }

  private void noteFull(boolean now) {
    if (now == full) {
      return;
    }
    full = now;
    if (now) {
      log.error("The journal is full, requests are refused: {}", spares.whyNone());
    } else {
      log.info("The journal has room again");
    }
  }

  /**
   * Has the disk take what was written since the last time, which a power cut would lose; a killed
   * process loses nothing of it. Blocks, as long as the disk does.
   */
  public void sync() {
    sync(Journal::force);
  }

  /** Has the disk take a file. */
  interface Disk {
    void force(Path file) throws IOException;
  }

  void sync(Disk disk) {
    for (Segment segment : inUse()) {
      if (takeWritten(segment)) {
        sync(disk, segment);
      }
    }
  }

  private void sync(Disk disk, Segment segment) {
    boolean taken = false;
    try {
      disk.force(segment.file());
      taken = true;
    } catch (NoSuchFileException e) {
      taken = true; // all of its rows were stored meanwhile
    } catch (IOException e) {
      log.warn("The journal could not be written to its disk: {}", e.toString());
    } finally {
      if (!taken) {
        keepWritten(segment);
      }
    }
  }

  /** Not by the mapping: that may be closed meanwhile. */
  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(false);
    }
  }

  private synchronized List<Segment> inUse() {
    return closed ? List.of() : List.copyOf(segments);
  }

  private synchronized boolean takeWritten(Segment segment) {
    return segment.takeWritten();
  }

  private synchronized void keepWritten(Segment segment) {
    segment.keepWritten();
  }

  /** Leaves on disk what is not stored. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    boolean nothingLeft = leftFiles.isEmpty() && segments.stream().allMatch(s -> s.open.isEmpty());
    List<Segment> all = new ArrayList<>(segments);
    all.addAll(spares.close());
    for (Segment segment : all) {
      segment.close();
      if (nothingLeft) {
        segment.delete();
      }
    }
    lockFile.close();
  }
}
