package dev.tollgate.benchmark.load;

import java.util.List;

/** The parts of a load on several event loops, seen as one. */
record SpreadLoad(List<LoopLoad> parts) implements Load {

  @Override
  public long count() {
    return parts.stream().mapToLong(Load::count).sum();
  }

  @Override
  public void beginWindow() {
    parts.forEach(Load::beginWindow);
  }

  @Override
  public Window endWindow() {
    Window all = new Window(new Samples(), new Samples(), new Samples());
    for (Load part : parts) {
      Window window = part.endWindow();
      all.answer().addAll(window.answer());
      all.firstByte().addAll(window.firstByte());
      all.gap().addAll(window.gap());
    }
    return all;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (Load part : parts) {
      try {
        part.close();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
