package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.tokens.JsonBody.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tools of a request.
 *
 * <p>For OpenAI's encodings after the cookbook ("How to count tokens with tiktoken", section 7):
 * each function 7 tokens (10 with cl100k), its name and description; each object with properties 3;
 * each property 3, its name, type and description; each value of an enumeration 3; the colons
 * between them. What the cookbook leaves out (nested schemas, formats, defaults) counts in the same
 * way, with 2 tokens for the name of each keyword.
 *
 * <p>For others the schemas as they are written. What all tools together cost, and one of the
 * provider's own, tells {@link Overhead}.
 */
final class ToolTokens {

  private static final int EACH_O200K = 7;
  private static final int EACH_CL100K = 10;
  private static final int PROPERTIES = 3;
  private static final int PROPERTY = 3;
  private static final int ENUM_VALUE = 3;
  private static final int COLON = 1;
  private static final int KEYWORD = 2;

  private static final int OTHERS_EACH = 16;

  private final JsonBody json;
  private final Names names;
  private final Prompt prompt;
  private final boolean written;
  private final int each;
  private final Overhead overhead;

  /**
   * @param encoding of the model; null to count schemas as they are written
   */
  ToolTokens(
      JsonBody json,
      Names names,
      Prompt prompt,
      @Nullable TextEncoding encoding,
      Overhead overhead) {
    this.json = json;
    this.names = names;
    this.prompt = prompt;
    this.written = encoding == null;
    this.overhead = overhead;
    this.each = encoding == TextEncoding.CL100K ? EACH_CL100K : EACH_O200K;
  }

  /** The value of {@code tools} or {@code functions}. */
  void read() {
    if (json.kind() != Kind.ARRAY) {
      json.skip();
      return;
    }
    boolean any = false;
    json.enter();
    while (json.hasNext()) {
      any = true;
      if (json.kind() == Kind.OBJECT) {
        readTool();
      } else {
        prompt.written();
      }
    }
    if (any) {
      addAll();
    }
  }

  private void addAll() {
    if (written) {
      prompt.addEstimated(overhead.tools());
    } else {
      prompt.add(overhead.tools());
    }
  }

  private void readTool() {
    boolean described = false;
    boolean typed = false;
    prompt.add(written ? OTHERS_EACH : each);
    json.enter();
    while (json.hasNext()) {
      String name = names.next();
      switch (name) {
        case "type" -> typed = json.kind() == Kind.STRING && !isFunction(prompt.label());
        case "name", "strict", "cache_control" -> readName(name);
        case "function" -> {
          described = true;
          readFunction();
        }
        default -> {
          described |= isDescription(name);
          readMember(name);
        }
      }
    }
    if (!described || typed) {
      prompt.unseen();
      prompt.addEstimated(overhead.ofProvider());
    }
  }

  private static boolean isFunction(String type) {
    return type.equals("function") || type.equals("custom");
  }

  private static boolean isDescription(String name) {
    return switch (name) {
      case "description",
          "parameters",
          "input_schema",
          "functionDeclarations",
          "function_declarations",
          "toolSpec" ->
          true;
      default -> false;
    };
  }

  private void readName(String name) {
    if (name.equals("name") && json.kind() == Kind.STRING) {
      prompt.text();
    } else {
      json.skip();
    }
  }

  private void readFunction() {
    if (json.kind() != Kind.OBJECT) {
      prompt.written();
      return;
    }
    json.enter();
    while (json.hasNext()) {
      String name = names.next();
      switch (name) {
        case "name", "strict" -> readName(name);
        default -> readMember(name);
      }
    }
  }

  private void readMember(String name) {
    boolean schema = name.equals("parameters") || name.equals("input_schema");
    if (written || json.kind() == Kind.STRING) {
      prompt.add(COLON);
      prompt.written();
    } else if (schema) {
      readSchema();
    } else {
      prompt.add(KEYWORD);
      prompt.written();
    }
  }

  private void readSchema() {
    if (json.kind() != Kind.OBJECT) {
      prompt.written();
      return;
    }
    json.enter();
    while (json.hasNext()) {
      readKeyword(names.next());
    }
  }

  private void readKeyword(String name) {
    switch (name) {
      case "properties", "$defs", "definitions" -> readProperties();
      case "required", "additionalProperties", "$schema", "strict" -> readOptional();
      case "enum" -> readList(true);
      case "anyOf", "oneOf", "allOf" -> readList(false);
      case "items" -> readSchema();
      case "type", "description" -> {
        prompt.add(COLON);
        prompt.written();
      }
      default -> {
        prompt.add(KEYWORD);
        prompt.written();
      }
    }
  }

  /** Shown as a question mark behind a name, or not at all, unless it is a schema. */
  private void readOptional() {
    if (json.kind() == Kind.OBJECT) {
      readSchema();
    } else {
      json.skip();
    }
  }

  private void readProperties() {
    if (json.kind() != Kind.OBJECT) {
      prompt.written();
      return;
    }
    boolean any = false;
    json.enter();
    while (json.hasNext()) {
      if (!any) {
        prompt.add(PROPERTIES);
        any = true;
      }
      prompt.add(PROPERTY);
      names.nextAsText();
      readSchema();
    }
  }

  private void readList(boolean values) {
    if (json.kind() != Kind.ARRAY) {
      prompt.written();
      return;
    }
    json.enter();
    while (json.hasNext()) {
      if (values) {
        prompt.add(ENUM_VALUE);
        prompt.written();
      } else {
        prompt.add(KEYWORD);
        readSchema();
      }
    }
  }
}
