package dev.tollgate.gateway.country;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a small database in MaxMind's format (version 2.0): a binary tree over 128 bits with IPv4
 * below {@code ::/96}, records of 24 bits, then the entries, then the metadata.
 */
public final class CountryFileWriter {

  private static final int SEPARATOR = 16;
  private static final byte[] METADATA_START =
      "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);

  /** Of a node: child for 0, child for 1. Below zero: an entry, as {@code -1 - offset}. */
  private final List<Integer[]> nodes = new ArrayList<>();

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();

  public CountryFileWriter() {
    nodes.add(new Integer[2]);
  }

  /** Gives a network its country in the shape of MaxMind's own databases. */
  public CountryFileWriter put(String network, String country) {
    return put(network, Map.of("country", Map.of("iso_code", country)));
  }

  /** Gives a network an entry: texts, numbers and maps of them. */
  public CountryFileWriter put(String network, Map<String, ?> entry) {
    String[] parts = network.split("/", -1);
    byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
    int skipped = address.length == 4 ? 96 : 0;
    int length = Integer.parseInt(parts[1]) + skipped;
    int pointer = -1 - entries.size();
    write(entries, entry);
    int node = 0;
    for (int i = 0; i < length; i++) {
      int bit = i < skipped ? 0 : (address[(i - skipped) / 8] >> (7 - (i - skipped) % 8)) & 1;
      if (i == length - 1) {
        nodes.get(node)[bit] = pointer;
      } else if (nodes.get(node)[bit] == null) {
        nodes.get(node)[bit] = nodes.size();
        node = nodes.size();
        nodes.add(new Integer[2]);
      } else {
        node = nodes.get(node)[bit];
      }
    }
    return this;
  }

  public byte[] toBytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (Integer[] node : nodes) {
      for (Integer child : node) {
        int record =
            child == null
                ? nodes.size()
                : child < 0 ? nodes.size() + SEPARATOR + (-1 - child) : child;
        file.write(record >> 16);
        file.write(record >> 8);
        file.write(record);
      }
    }
    file.writeBytes(new byte[SEPARATOR]);
    file.writeBytes(entries.toByteArray());
    file.writeBytes(METADATA_START);
    write(file, metadata());
    return file.toByteArray();
  }

  private Map<String, Object> metadata() {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("binary_format_major_version", 2);
    metadata.put("binary_format_minor_version", 0);
    metadata.put("build_epoch", 1_795_000_000L);
    metadata.put("database_type", "Test-Country");
    metadata.put("description", Map.of("en", "a test"));
    metadata.put("ip_version", 6);
    metadata.put("languages", List.of("en"));
    metadata.put("node_count", nodes.size());
    metadata.put("record_size", 24);
    return metadata;
  }

  private static void write(ByteArrayOutputStream out, Object value) {
    switch (value) {
      case String text -> {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write(2 << 5 | utf8.length);
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
        new TreeMap<Object, Object>(map)
            .forEach((key, item) -> {
              write(out, key);
              write(out, item);
            });
      }
      default -> throw new IllegalArgumentException(value.getClass().getName());
    }
  }
}
