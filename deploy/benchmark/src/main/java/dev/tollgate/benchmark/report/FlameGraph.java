package dev.tollgate.benchmark.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stacks as a flame graph, the root at the bottom and the width of a frame its share of the
 * samples. Only what is wide enough to be read is drawn; the rest is in the title of what it stands
 * on. Chains of Reactor's operators, of Netty's handlers and of the kernel's functions stand as one
 * frame each: there are a hundred of them on every stack.
 */
public final class FlameGraph {

  private static final double WIDTH = 1200;
  private static final double MARGIN = 10;
  private static final int ROW = 15;
  private static final double CHARACTER = 6.2;

  /** Of all samples. */
  private static final double NARROWEST = 0.004;

  private static final int DEEPEST = 90;

  private final String title;
  private final Frame root = new Frame();
  private final StringBuilder svg = new StringBuilder();

  private FlameGraph(String title) {
    this.title = title;
  }

  /** From async-profiler's collapsed form, {@code frame;frame;frame COUNT}, one stack a line. */
  public static FlameGraph of(String title, List<String> collapsed) {
    FlameGraph graph = new FlameGraph(title);
    for (String line : collapsed) {
      int space = line.lastIndexOf(' ');
      graph.add(line.substring(0, space).split(";", -1), Long.parseLong(line.substring(space + 1)));
    }
    return graph;
  }

  private void add(String[] stack, long samples) {
    Frame frame = root;
    frame.samples += samples;
    String below = "";
    for (String each : stack) {
      String name = summary(each);
      if (!name.equals(below)) {
        frame = frame.above.computeIfAbsent(name, ignored -> new Frame());
        frame.samples += samples;
      }
      below = name;
    }
  }

  /** Chains of operators, of handlers and of the kernel's functions are one frame each. */
  private static String summary(String frame) {
    if (frame.endsWith("_[k]")) {
      return "kernel";
    }
    if (frame.startsWith("reactor/core/")) {
      return "reactor/core/operators";
    }
    if (frame.startsWith("io/netty/channel/") || frame.startsWith("io/netty/util/concurrent/")) {
      return "io/netty/channel/pipeline";
    }
    if (frame.startsWith("java/lang/invoke/") || frame.contains("$$Lambda")) {
      return "java/lang/lambda";
    }
    return frame.contains(".so") ? "native library" : frame;
  }

  /** A document of its own, readable without scripts. */
  public String svg() {
    int rows = Math.min(DEEPEST, depth(root)) + 2;
    svg.setLength(0);
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" "
                + "font-family=\"monospace\" font-size=\"10\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fffbf0\"/>%n"
                + "<text x=\"%.0f\" y=\"14\" font-size=\"13\">%s</text>%n",
            WIDTH + 2 * MARGIN,
            rows * ROW + 20,
            MARGIN,
            escaped(title + ", " + root.samples + " samples")));
    draw("all", root, MARGIN, rows);
    return svg.append("</svg>\n").toString();
  }

  private int depth(Frame frame) {
    return frame.above.values().stream().filter(this::isWide).mapToInt(this::depth).max().orElse(0)
        + 1;
  }

  private boolean isWide(Frame frame) {
    return frame.samples >= root.samples * NARROWEST;
  }

  private void draw(String name, Frame frame, double x, int row) {
    double width = WIDTH * frame.samples / root.samples;
    int y = row * ROW;
    String shown = readable(name);
    svg.append(
        String.format(
            Locale.ROOT,
            "<g><title>%s %.1f%%</title><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\""
                + " fill=\"%s\"/>",
            escaped(shown),
            100.0 * frame.samples / root.samples,
            x,
            y,
            Math.max(0.5, width - 0.5),
            ROW - 1,
            color(name)));
    int fitting = (int) ((width - 4) / CHARACTER);
    if (fitting >= 3) {
      String text = shown.length() <= fitting ? shown : shown.substring(0, fitting - 1) + "…";
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\">%s</text>",
              x + 2,
              y + ROW - 4,
              escaped(text)));
    }
    svg.append("</g>\n");
    double left = x;
    for (Map.Entry<String, Frame> above : frame.above.entrySet()) {
      if (isWide(above.getValue()) && row > 2) {
        draw(above.getKey(), above.getValue(), left, row - 1);
      }
      left += WIDTH * above.getValue().samples / root.samples;
    }
  }

  /** Class and method, without the packages that everybody knows. */
  private static String readable(String name) {
    int method = name.lastIndexOf('.');
    int slash = name.lastIndexOf('/');
    return method > slash && slash >= 0 ? name.substring(slash + 1) : name;
  }

  private static String color(String name) {
    if (name.startsWith("dev/tollgate")) {
      return "#f4a04c";
    }
    if (name.startsWith("org/springframework")) {
      return "#9ccc7a";
    }
    if (name.startsWith("reactor/")) {
      return "#b9a7e0";
    }
    if (name.startsWith("io/netty")) {
      return "#8fc1e3";
    }
    return name.indexOf('/') >= 0 ? "#ead27a" : "#d8d8d8";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static final class Frame {
    private final Map<String, Frame> above = new TreeMap<>();
    private long samples;
  }
}
