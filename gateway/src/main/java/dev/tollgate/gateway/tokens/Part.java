package dev.tollgate.gateway.tokens;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the members of one object say about the media in it, in whatever order they come. */
final class Part {

  /** A byte of content that may be text; of three bytes a character at most two are a token. */
  private static final int TEXT_BYTES_PER_TOKEN = 2;

  private final MediaRule rule;
  private final String around;
  private String type = "";
  private String mimeType = "";
  private String detail = "";
  private String holds = "";
  private @Nullable Media media;
  private boolean remote;
  private boolean named;
  private boolean shown;

  Part(MediaRule rule, String around) {
    this.rule = rule;
    this.around = around;
  }

  /** What has an id and nothing else stands for something that the provider keeps. */
  void member(String name, @Nullable Field field) {
    boolean id = name.equals("id");
    named |= id;
    shown |= !id && field != Field.TYPE && !name.equals("status");
  }

  void type(String label) {
    type = label;
  }

  void mimeType(String label) {
    mimeType = label.strip().toLowerCase(Locale.ROOT);
  }

  void detail(String label) {
    detail = label;
  }

  /** Something is held elsewhere. */
  void remote() {
    remote = true;
  }

  /**
   * @param kind what the member's name says that it holds; empty if nothing
   */
  void media(Media found, String kind) {
    media = found;
    holds = kind;
  }

  /** What a member of this name holds: a {@code source} what this part is. */
  String holds(String name) {
    if (name.equals("source")) {
      return type;
    }
    return name.equals("input_audio") || name.equals("inputAudio") ? "audio" : name;
  }

  /** Whether bytes in it are known to be text as it stands. */
  boolean isText() {
    return type.equals("text");
  }

  /** The object is complete. */
  void settle(Prompt prompt) {
    if (named && !shown) {
      prompt.unseen();
    }
    Media found = media;
    if (remote || (found != null && found.isRemote())) {
      settleRemote(prompt);
    } else if (found != null) {
      settle(found, prompt);
    }
  }

  private void settleRemote(Prompt prompt) {
    if (is("image")) {
      prompt.addEstimated(rule.image(null, detail));
    } else {
      prompt.unseen();
      prompt.addEstimated(0);
    }
  }

  private void settle(Media found, Prompt prompt) {
    if (mimeType.isEmpty()) {
      mimeType = found.mimeType();
    }
    prompt.addEstimated(tokens(found));
  }

  private long tokens(Media found) {
    ImageSize size = found.imageSize();
    if (mimeType.startsWith("text/") || mimeType.endsWith("json") || mimeType.endsWith("xml")) {
      return Math.ceilDiv(found.characters(), TEXT_BYTES_PER_TOKEN);
    }
    if (size != null || is("image")) {
      return rule.image(size, detail);
    }
    if (found.pdfPages() > 0) {
      return rule.pages(found.pdfPages());
    }
    return sounding(found);
  }

  private long sounding(Media found) {
    if (found.wavMillis() != WavLength.UNKNOWN) {
      return rule.soundOfMillis(found.wavMillis());
    }
    if (is("audio")) {
      return rule.soundOfBytes(found.bytes());
    }
    return is("video")
        ? rule.filmOfBytes(found.bytes())
        : Math.ceilDiv(found.characters(), TEXT_BYTES_PER_TOKEN);
  }

  private boolean is(String kind) {
    return mimeType.startsWith(kind)
        || holds.startsWith(kind)
        || around.contains(kind)
        || type.contains(kind);
  }
}
