package dev.tollgate.gateway.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the journal, of a fixed size: written to disk as a whole before it is used, then
 * mapped into memory. To append is to copy bytes, which the kernel keeps when the process is
 * killed, and which no disk that is full meanwhile can refuse. Guarded by its journal.
 *
 * <p>A record is {@code size (4) | checksum (4) | kind (1) | length of the id (1) | id | row},
 * aligned to 4, its size counted from the checksum on. The size is written last: what is not whole
 * has none, and nothing comes after it.
 */
final class Segment implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Segment.class);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final VarHandle SIZE = INT.varHandle();
  private static final int PAGE = 1 << 16;
  private static final int CHECKSUM = 4;
  private static final int BODY = 8;

  private final Path file;
  private final Arena arena;
  private final MemorySegment memory;
  private int position;
  private boolean written;

  /** Admissions that stand here and whose rows are not stored yet. */
  final Set<Ticket> open = new LinkedHashSet<>();

  /** Is shown records. */
  interface Reader {
    void read(RecordKind kind, String id, byte[] row);
  }

  /** Writes a new file as a whole. */
  interface Filler {
    void fill(FileChannel file, int size) throws IOException;
  }

  private Segment(Path file, Arena arena, MemorySegment memory) {
    this.file = file;
    this.arena = arena;
    this.memory = memory;
  }

  /**
   * A new file.
   *
   * @throws IOException if the disk has no room for it
   */
  static Segment create(Path file, int size, Filler filler) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Arena arena = Arena.ofShared();
    boolean made = false;
    try (channel) {
      filler.fill(channel, size);
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
      made = true;
      return new Segment(file, arena, memory);
    } finally {
      if (!made) {
        arena.close();
        Files.deleteIfExists(file);
      }
    }
  }

  /** A file that is only made longer would find the disk full when it is too late. */
  static void fill(FileChannel channel, int size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(PAGE);
    for (int written = 0; written < size; ) {
      zeros.clear().limit(Math.min(PAGE, size - written));
      written += channel.write(zeros);
    }
  }

  /** Whether both of a request's records fit. */
  boolean hasRoomFor(byte[] id, byte[] admission, byte @Nullable [] settlement) {
    int end = aligned(position + BODY + 2 + id.length + admission.length);
    if (settlement != null) {
      end += BODY + 2 + id.length + settlement.length;
    }
    return end <= memory.byteSize();
  }

  /** Whether there was room for it. */
  boolean append(RecordKind kind, byte[] id, byte[] row) {
    int size = CHECKSUM + 2 + id.length + row.length;
    if (position + CHECKSUM + size > memory.byteSize()) {
      return false;
    }
    int body = position + BODY;
    memory.set(INT, position + CHECKSUM, checksum(kind, id, row));
    memory.set(BYTE, body, kind.number());
    memory.set(BYTE, body + 1, (byte) id.length);
    MemorySegment.copy(id, 0, memory, BYTE, body + 2, id.length);
    MemorySegment.copy(row, 0, memory, BYTE, body + 2 + id.length, row.length);
    SIZE.setRelease(memory, (long) position, size);
    position = aligned(position + CHECKSUM + size);
    written = true;
    return true;
  }

  /** Whether anything was appended since it was asked last. */
  boolean takeWritten() {
    boolean before = written;
    written = false;
    return before;
  }

  /** The disk has not taken what was appended. */
  void keepWritten() {
    written = true;
  }

  private static int aligned(int position) {
    return (position + 3) & ~3;
  }

  private static int checksum(RecordKind kind, byte[] id, byte[] row) {
    CRC32C crc = new CRC32C();
    crc.update(kind.number());
    crc.update(id.length);
    crc.update(id);
    crc.update(row);
    return (int) crc.getValue();
  }

  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Shows the whole records of a file that a process before this one has left. */
  static void read(Path file, Reader reader) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    int at = 0;
    while (at + BODY + 2 <= all.limit()) {
      int size = all.getInt(at);
      int length = size - CHECKSUM;
      if (length < 2 || length > all.limit() - at - BODY) {
        return;
      }
      if (checksum(all.array(), at + BODY, length) == all.getInt(at + CHECKSUM)) {
        show(all, at + BODY, length, reader);
      }
      at = aligned(at + CHECKSUM + size);
    }
  }

  private static void show(ByteBuffer all, int at, int length, Reader reader) {
    int name = all.get(at + 1);
    byte[] id = new byte[name];
    byte[] row = new byte[length - 2 - name];
    all.get(at + 2, id).get(at + 2 + name, row);
    reader.read(RecordKind.of(all.get(at)), new String(id, StandardCharsets.US_ASCII), row);
  }

  Path file() {
    return file;
  }

  void delete() {
    delete(file);
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("A file of the journal cannot be deleted: {}", e.toString());
    }
  }

  /** Unmaps the file and leaves it. */
  @Override
  public void close() {
    arena.close();
  }
}
