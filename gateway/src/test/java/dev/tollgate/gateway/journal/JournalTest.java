package dev.tollgate.gateway.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

class JournalTest {

  private static final int SEGMENT = 64 * 1024;

  @TempDir private Path directory;
  private JournalProperties properties;
  private Journal journal;

  @BeforeEach
  void open() {
    properties =
        new JournalProperties(
            directory.resolve("live"),
            DataSize.ofBytes(SEGMENT),
            DataSize.ofBytes(4 * SEGMENT),
            Duration.ofSeconds(1));
    journal = Journal.open(properties, Runnable::run);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
  }

  private static byte[] row(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the next process finds if this one is killed now. */
  private Map<String, byte[]> leftByAKill() throws IOException {
    Path copy = Files.createTempDirectory(directory, "copy");
    FileSystemUtils.copyRecursively(properties.directory(), copy);
    try (Journal next = reopened(copy)) {
      return next.left();
    }
  }

  private Journal reopened(Path place) {
    return Journal.open(
        new JournalProperties(
            place, properties.segmentSize(), properties.maxSize(), properties.syncEvery()),
        Runnable::run);
  }

  @Test
  void goesOnWhileItIsWrittenToTheDisk() throws IOException {
    journal.admit("use_1", row("a"));
    journal.sync();
    journal.admit("use_2", row("b"));
    journal.sync();
    assertThat(texts(leftByAKill())).containsExactly("use_1=a", "use_2=b");
  }

  private int forced() {
    List<Path> files = new ArrayList<>();
    journal.sync(files::add);
    return files.size();
  }

  @Test
  void hasTheDiskTakeOnlyWhatWasWrittenSince() {
    assertThat(forced()).isZero();
    for (int i = 0; i < 100; i++) {
      journal.admit("use_" + i, row("x".repeat(1000)));
    }
    assertThat(forced()).as("files in use").isEqualTo(2);
    assertThat(forced()).isZero();
    Ticket ticket = journal.admit("use_100", row("x"));
    assertThat(forced()).isEqualTo(1);
    journal.settle(ticket, row("y"));
    assertThat(forced()).isEqualTo(1);
    assertThat(forced()).isZero();
  }

  @Test
  void asksTheDiskAgainThatDidNotTakeIt() {
    journal.admit("use_1", row("a"));
    journal.sync(file -> {
      throw new IOException("no");
    });
    assertThatThrownBy(() ->
            journal.sync(file -> {
              throw new InternalError("a fault");
            }))
        .isInstanceOf(InternalError.class);
    assertThat(forced()).isEqualTo(1);
    assertThat(forced()).isZero();
  }

  @Test
  void hasTheDiskTakeWhatIsWrittenWhileItTakesWhatWas() {
    journal.admit("use_1", row("a"));
    journal.sync(file -> journal.admit("use_2", row("b")));
    assertThat(forced()).isEqualTo(1);
  }

  private static List<String> texts(Map<String, byte[]> rows) {
    return rows.entrySet().stream()
        .map(row -> row.getKey() + "=" + new String(row.getValue(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void leavesWhatIsNotStored() throws IOException {
    Ticket settled = journal.admit("use_1", row("admitted"));
    journal.admit("use_2", row("ädmitted"));
    journal.settle(settled, row("settled"));
    assertThat(texts(leftByAKill())).containsExactly("use_1=settled", "use_2=ädmitted");
  }

  @Test
  void isReadOnceAndThenForgotten() throws IOException {
    journal.admit("use_1", row("a"));
    journal.close();
    journal = Journal.open(properties, Runnable::run);
    assertThat(texts(journal.left())).containsExactly("use_1=a");
    assertThat(texts(leftByAKill())).as("until it is stored").containsExactly("use_1=a");
    journal.forgetLeft();
    assertThat(leftByAKill()).isEmpty();
  }

  @Test
  void keepsItsNameAsLongAsItsFiles() throws IOException {
    String replica = journal.replica();
    journal.close();
    journal = Journal.open(properties, Runnable::run);
    assertThat(journal.replica()).isEqualTo(replica).startsWith("rep_");
  }

  @Test
  void belongsToOneProcess() {
    assertThatThrownBy(() -> Journal.open(properties, Runnable::run))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("another process uses it");
  }

  @Test
  void refusesWhenItIsFullAndGoesOnWhenRowsAreStored() throws IOException {
    List<Ticket> tickets = fill();
    assertThatThrownBy(() -> journal.admit("one_more", row("x".repeat(1000))))
        .isInstanceOf(JournalFullException.class);
    assertThat(leftByAKill()).hasSize(tickets.size());
    journal.stored(tickets);
    journal.admit("one_more", row("x".repeat(1000)));
    assertThat(files()).isLessThanOrEqualTo(3);
    assertThat(leftByAKill()).containsKey("one_more");
  }

  /** One that is full in the middle of a file. */
  private static final class Disk {

    private boolean full;

    void fill(FileChannel file, int size) throws IOException {
      if (full) {
        file.write(ByteBuffer.allocate(size / 2));
        throw new IOException("No space left on device");
      }
      Segment.fill(file, size);
    }
  }

  private Journal openOn(Disk disk) throws IOException {
    journal.close();
    return Journal.open(
        new JournalProperties(
            properties.directory(),
            properties.segmentSize(),
            DataSize.ofBytes(64 * SEGMENT),
            properties.syncEvery()),
        Runnable::run,
        System::nanoTime,
        disk::fill);
  }

  @Test
  void refusesWhileTheDiskIsFullAndGoesOnWhenItHasRoom() throws IOException {
    Disk disk = new Disk();
    journal = openOn(disk);
    disk.full = true;
    List<Ticket> tickets = fill();
    assertThat(tickets).as("files that were ready").hasSizeBetween(100, 3 * SEGMENT / 1000);
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> journal.admit("one_more", row("x".repeat(1000))))
          .isInstanceOf(JournalFullException.class);
    }
    assertThat(files()).as("nothing of a file that could not be made").isEqualTo(3);
    assertThat(leftByAKill()).hasSize(tickets.size());

    disk.full = false;
    List<Ticket> more = fill();
    assertThat(more).as("whoever finds none has one made").isEmpty();
    journal.admit("one_more", row("x".repeat(1000)));
    assertThat(leftByAKill()).hasSize(tickets.size() + 1).containsKey("one_more");
  }

  @Test
  void losesNoRowThatEndsWhileTheDiskIsFull() throws IOException {
    Disk disk = new Disk();
    journal = openOn(disk);
    disk.full = true;
    List<Ticket> tickets = fill();
    tickets.forEach(ticket -> journal.settle(ticket, row("y".repeat(1000))));
    assertThat(tickets).extracting(Ticket::row).containsOnly(row("y".repeat(1000)));
    assertThat(leftByAKill()).hasSize(tickets.size());

    journal.stored(tickets);
    disk.full = false;
    journal.stored(List.of());
    journal.admit("one_more", row("x"));
    assertThat(texts(leftByAKill())).contains("one_more=x");
  }

  /** A file that is only made longer takes no room until it is written to. */
  @Test
  void noticesThatADiskIsFull() throws IOException {
    Path disk = Path.of("/dev/full");
    assumeTrue(Files.exists(disk));
    try (FileChannel full = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> Segment.fill(full, SEGMENT)).isInstanceOf(IOException.class);
    }
  }

  private List<Ticket> fill() {
    List<Ticket> tickets = new ArrayList<>();
    try {
      while (true) {
        tickets.add(journal.admit("use_" + tickets.size(), row("x".repeat(1000))));
      }
    } catch (JournalFullException full) {
      return tickets;
    }
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(properties.directory())) {
      return files.filter(file -> file.toString().endsWith(".journal")).count();
    }
  }

  @Test
  void isNotHeldUpByOneLongRequest() throws IOException {
    Ticket slow = journal.admit("slow", row("slow"));
    for (int i = 0; i < 2000; i++) {
      Ticket quick = journal.admit("use_" + i, row("x".repeat(1000)));
      journal.settle(quick, row("y".repeat(1000)));
      journal.stored(List.of(quick));
    }
    assertThat(texts(leftByAKill())).contains("slow=slow");
    journal.settle(slow, row("done"));
    assertThat(texts(leftByAKill())).contains("slow=done");
    journal.stored(List.of(slow));
  }

  /** A long settlement that finds no room must not stay behind while its admission moves on. */
  @Test
  void movesARequestOnWithItsSettlementOrNotAtAll() throws IOException {
    List<Ticket> slow = List.of(journal.admit("a", row("a")), journal.admit("b", row("b")));
    String end = "x".repeat(40_000);
    slow.forEach(ticket -> journal.settle(ticket, row(end)));
    try {
      for (int i = 0; i < 300; i++) {
        journal.stored(List.of(journal.admit("use_" + i, row("x".repeat(1000)))));
      }
    } catch (JournalFullException full) {
      // one of the two holds it up
    }
    assertThat(texts(leftByAKill())).contains("a=" + end, "b=" + end);
    journal.stored(slow);
    journal.admit("one_more", row("c"));
    assertThat(texts(leftByAKill())).contains("one_more=c").doesNotContain("b=" + end);
  }

  @Test
  void triesAgainWhenNobodyWouldMakeAFile() throws IOException {
    journal.close();
    AtomicInteger refusals = new AtomicInteger();
    journal =
        Journal.open(
            properties,
            work -> {
              if (refusals.getAndDecrement() > 0) {
                throw new RejectedExecutionException("busy");
              }
              work.run();
            });
    refusals.set(1);
    List<Ticket> tickets = fill();
    tickets.addAll(fill());
    assertThat(refusals.get()).as("asked again").isNegative();
    assertThat(tickets).hasSizeGreaterThan(3 * SEGMENT / 1100);
    journal.stored(tickets);
    journal.admit("one_more", row("x"));
  }

  /** A disk that takes nothing for two seconds must turn nobody away. */
  @Test
  void keepsAsManyFilesReadyAsAreFilledWhileTheDiskStalls() throws IOException {
    journal.close();
    AtomicLong clock = new AtomicLong();
    List<Runnable> stalled = new ArrayList<>();
    AtomicBoolean stalls = new AtomicBoolean();
    journal =
        Journal.open(
            new JournalProperties(
                properties.directory(),
                properties.segmentSize(),
                DataSize.ofBytes(64 * SEGMENT),
                properties.syncEvery()),
            work -> {
              if (stalls.get()) {
                stalled.add(work);
              } else {
                work.run();
              }
            },
            clock::get,
            Segment::fill);
    long each = Duration.ofMillis(5).toNanos();
    for (int i = 0; i < 500; i++) {
      clock.addAndGet(each);
      journal.stored(List.of(journal.admit("use_" + i, row("x".repeat(1000)))));
    }
    stalls.set(true);
    for (long waited = 0; waited < Duration.ofSeconds(2).toNanos(); waited += each) {
      journal.admit("late_" + waited, row("x".repeat(1000)));
    }
    stalls.set(false);
    stalled.forEach(Runnable::run);
    journal.admit("one_more", row("x"));
  }

  @Test
  void keepsTwoFilesReadyHoweverSlowlyTheyAreFilled() throws IOException {
    assertThat(files()).isEqualTo(3);
  }

  @Test
  void leavesNoFileThatCannotBeMapped() {
    Path file = directory.resolve("000000000099.journal");
    assertThatThrownBy(() -> Segment.create(file, -1, Segment::fill))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(file).doesNotExist();
  }

  @Test
  void goesWhenEverythingIsStored() throws IOException {
    Ticket ticket = journal.admit("use_1", row("a"));
    journal.settle(ticket, row("b"));
    journal.stored(List.of(ticket));
    journal.close();
    assertThat(files()).isZero();
    journal = Journal.open(properties, Runnable::run);
    assertThat(journal.left()).isEmpty();
  }

  /** Whatever stands at the end of a file, what was whole before it is read. */
  @Test
  void readsWhatIsWholeBeforeWhatIsTorn() throws IOException {
    for (int i = 0; i < 20; i++) {
      journal.admit("use_" + i, row("row " + i));
    }
    journal.close();
    Path file;
    try (Stream<Path> files = Files.list(properties.directory())) {
      file =
          files
              .filter(each -> each.toString().endsWith(".journal"))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      byte[] torn = whole.clone();
      int at = random.nextInt(1000);
      for (int i = at; i < torn.length; i++) {
        torn[i] = round % 2 == 0 ? 0 : (byte) random.nextInt();
      }
      Files.write(file, torn);
      List<String> read = new ArrayList<>();
      Segment.read(file, (kind, id, row) -> read.add(id));
      assertThat(read).hasSizeBetween(whole(whole, at), whole(whole, at) + 1);
      for (int i = 0; i < whole(whole, at); i++) {
        assertThat(read.get(i)).isEqualTo("use_" + i);
      }
    }
    Files.write(file, whole);
    journal = Journal.open(properties, Runnable::run);
  }

  /** How many records end before this place. */
  private static int whole(byte[] file, int end) {
    ByteBuffer all = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
    int count = 0;
    int at = 0;
    while (all.getInt(at) != 0) {
      at = (at + 4 + all.getInt(at) + 3) & ~3;
      if (at > end) {
        return count;
      }
      count++;
    }
    return count;
  }
}
