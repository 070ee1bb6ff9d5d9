package dev.tollgate.deploy.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of a multipart body: enough of RFC 7578 for what the official clients send. */
final class Multipart {

  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final Pattern NAME = Pattern.compile("(?i);\\s*name=\"([^\"]*)\"");
  private static final Pattern FILE_NAME = Pattern.compile("(?i)filename=\"([^\"]*)\"");

  private final List<Part> parts;

  private Multipart(List<Part> parts) {
    this.parts = parts;
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Part(String name, @Nullable String fileName, byte[] content) {}

  /** Without a boundary or a closing line there are no parts. */
  static Multipart parse(@Nullable String contentType, byte[] body) {
    Matcher boundary = BOUNDARY.matcher(contentType == null ? "" : contentType);
    List<Part> parts = new ArrayList<>();
    if (boundary.find()) {
      // ISO 8859-1 maps each byte to one character, so that offsets and content stay exact
      String text = new String(body, ISO_8859_1);
      for (String section : text.split(Pattern.quote("--" + boundary.group(1)), -1)) {
        addPart(section, parts);
      }
    }
    return new Multipart(parts);
  }

  @Nullable Part part(String name) {
    return parts.stream().filter(part -> part.name().equals(name)).findFirst().orElse(null);
  }

  String text(String name, String otherwise) {
    Part part = part(name);
    return part == null
        ? otherwise
        : new String(part.content(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void addPart(String section, List<Part> parts) {
    int head = section.indexOf("\r\n\r\n");
    if (head < 0 || !section.endsWith("\r\n")) {
      return;
    }
    String headers = section.substring(0, head);
    Matcher name = NAME.matcher(headers);
    if (name.find()) {
      String content = section.substring(head + 4, section.length() - 2);
      Matcher file = FILE_NAME.matcher(headers);
      parts.add(
          new Part(
              name.group(1), file.find() ? file.group(1) : null, content.getBytes(ISO_8859_1)));
    }
  }
}
