import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the launcher's country database from an unpacked npm package asn-country: two files of lines
 * {@code first,last,country} become one in MaxMind's format (version 2.0, records of 24 bits, entries
 * {@code {"country_code": "DE"}}), gzipped, and beside it its version. The same package gives the same
 * bytes.
 *
 * <p>{@code java MakeCountryDatabase.java PACKAGE-DIRECTORY TARGET-DIRECTORY}
 */
final class MakeCountryDatabase {

  private static final int SEPARATOR = 16;
  private static final int LARGEST_RECORD = (1 << 24) - 1;
  private static final int NOTHING = Integer.MIN_VALUE;
  private static final Pattern VERSION = Pattern.compile("\"version\": *\"([0-9.]+?([0-9]{10}))\"");

  /** Of a node two children: another node, or {@code -1 - offset} of an entry, or NOTHING. */
  private int[] children = new int[1 << 20];

  private int nodes;
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private final Map<String, Integer> offsets = new TreeMap<>();

  public static void main(String[] arguments) throws IOException {
    Path source = Path.of(arguments[0]);
    Path target = Path.of(arguments[1]);
    Matcher version = VERSION.matcher(Files.readString(source.resolve("package.json")));
    if (!version.find()) {
      throw new IOException("no version that ends in a date and an hour");
    }
    MakeCountryDatabase database = new MakeCountryDatabase();
    database.addNode();
    database.read(source.resolve("asn-country-ipv4.csv"));
    database.read(source.resolve("asn-country-ipv6.csv"));
    database.write(target.resolve("countries.mmdb.gz"), epoch(version.group(2)));
    Files.writeString(target.resolve("version"), version.group(1) + "\n");
  }

  private static long epoch(String hour) {
    return LocalDateTime.parse(hour + "00", DateTimeFormatter.ofPattern("yyyyMMddHHmm"))
        .toEpochSecond(ZoneOffset.UTC);
  }

  private int addNode() {
    if (2 * nodes == children.length) {
      children = Arrays.copyOf(children, 4 * nodes);
    }
    children[2 * nodes] = NOTHING;
    children[2 * nodes + 1] = NOTHING;
    return nodes++;
  }

  private void read(Path lines) throws IOException {
    for (String line : Files.readAllLines(lines)) {
      String[] parts = line.split(",", -1);
      if (parts.length != 3 || !parts[2].matches("[A-Z]{2}")) {
        throw new IOException("not understood: " + line);
      }
      add(number(parts[0]), number(parts[1]), entry(parts[2]));
    }
  }

  /** IPv4 lies below ::/96. */
  private static BigInteger number(String address) {
    return new BigInteger(1, InetAddress.ofLiteral(address).getAddress());
  }

  private int entry(String country) {
    return offsets.computeIfAbsent(
        country,
        code -> {
          int offset = entries.size();
          write(entries, Map.of("country_code", code));
          return -1 - offset;
        });
  }

  /** A range as the largest networks that it consists of. */
  private void add(BigInteger first, BigInteger last, int entry) throws IOException {
    BigInteger start = first;
    while (start.compareTo(last) <= 0) {
      int bits = start.signum() == 0 ? 128 : start.getLowestSetBit();
      bits = Math.min(bits, last.subtract(start).add(BigInteger.ONE).bitLength() - 1);
      put(start, 128 - bits, entry);
      start = start.add(BigInteger.ONE.shiftLeft(bits));
    }
  }

  private void put(BigInteger network, int length, int entry) throws IOException {
    int node = 0;
    for (int i = 0; i < length; i++) {
      int slot = 2 * node + (network.testBit(127 - i) ? 1 : 0);
      int child = children[slot];
      if (i == length - 1) {
        if (child != NOTHING) {
          throw new IOException("two countries for " + network.toString(16) + "/" + length);
        }
        children[slot] = entry;
      } else if (child == NOTHING) {
        node = addNode();
        children[slot] = node;
      } else if (child < 0) {
        throw new IOException("two countries for " + network.toString(16) + "/" + length);
      } else {
        node = child;
      }
    }
  }

  private void write(Path file, long epoch) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int slot = 0; slot < 2 * nodes; slot++) {
      int child = children[slot];
      int record = child == NOTHING ? nodes : child < 0 ? nodes + SEPARATOR - 1 - child : child;
      if (record > LARGEST_RECORD) {
        throw new IOException("too many networks for records of 24 bits");
      }
      out.write(record >> 16);
      out.write(record >> 8);
      out.write(record);
    }
    out.writeBytes(new byte[SEPARATOR]);
    out.writeBytes(entries.toByteArray());
    out.writeBytes("\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1));
    write(out, metadata(epoch));
    try (GZIPOutputStream zipped =
        new GZIPOutputStream(Files.newOutputStream(file)) {
          {
            def.setLevel(9);
          }
        }) {
      out.writeTo(zipped);
    }
  }

  private Map<String, Object> metadata(long epoch) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("binary_format_major_version", 2);
    metadata.put("binary_format_minor_version", 0);
    metadata.put("build_epoch", epoch);
    metadata.put("database_type", "asn-country");
    metadata.put("description", Map.of("en", "From the statistics of nro.net, CC BY 4.0"));
    metadata.put("ip_version", 6);
    metadata.put("languages", List.of("en"));
    metadata.put("node_count", nodes);
    metadata.put("record_size", 24);
    return metadata;
  }

  private static void write(ByteArrayOutputStream out, Object value) {
    switch (value) {
      case String text -> {
        byte[] utf8 = text.getBytes(UTF_8);
        int shortest = 29;
        if (utf8.length < shortest) {
          out.write(2 << 5 | utf8.length);
        } else {
          out.write(2 << 5 | shortest);
          out.write(utf8.length - shortest);
        }
        out.writeBytes(utf8);
      }
      case Integer number -> {
        out.write(6 << 5 | 4);
        for (int shift = 24; shift >= 0; shift -= 8) {
          out.write(number >> shift);
        }
      }
      case Long number -> {
        out.write(8);
        out.write(9 - 7);
        for (int shift = 56; shift >= 0; shift -= 8) {
          out.write((int) (number >> shift));
        }
      }
      case List<?> list -> {
        out.write(list.size());
        out.write(11 - 7);
        list.forEach(item -> write(out, item));
      }
      case Map<?, ?> map -> {
        out.write(7 << 5 | map.size());
        map.forEach((key, item) -> {
          write(out, key);
          write(out, item);
        });
      }
      default -> throw new IllegalArgumentException(value.getClass().getName());
    }
  }
}
