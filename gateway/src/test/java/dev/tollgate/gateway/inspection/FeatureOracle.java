package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.inspection.FeatureOracle.Json.Array;
import dev.tollgate.gateway.inspection.FeatureOracle.Json.Member;
import dev.tollgate.gateway.inspection.FeatureOracle.Json.Obj;
import dev.tollgate.gateway.inspection.FeatureOracle.Json.Scalar;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.Features;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The features of a body by a plain walk of its tree, for the names that the test uses. */
final class FeatureOracle {

  sealed interface Json {
    record Scalar(String text) implements Json {}

    record Array(List<Json> items) implements Json {}

    record Obj(List<Member> members) implements Json {}

    record Member(String name, Json value) {}
  }

  private static final Set<String> PICTURES =
      Set.of("\"image\"", "\"input_image\"", "\"image_url\"");

  private final Set<Feature> found = EnumSet.noneOf(Feature.class);

  private FeatureOracle() {}

  static Features features(Obj root) {
    FeatureOracle oracle = new FeatureOracle();
    root.members().forEach(member -> oracle.member(member, true));
    return Features.of(oracle.found.toArray(Feature[]::new));
  }

  private static String plain(String name) {
    return name.replace('\u017f', 's').replace('\u212a', 'k').toLowerCase(java.util.Locale.ROOT);
  }

  private void walk(Json json) {
    switch (json) {
      case Scalar scalar -> {}
      case Array(List<Json> items) -> items.forEach(this::walk);
      case Obj(List<Member> members) -> members.forEach(member -> member(member, false));
    }
  }

  private void member(Member member, boolean root) {
    Json value = member.value();
    switch (plain(member.name())) {
      case "tools" -> each(value).forEach(this::tool);
      case "functions", "mcp_servers", "functiondeclarations" ->
          addIf(isFilled(value), Feature.FUNCTION_CALLING);
      case "function_call" ->
          addIf(root && isThere(value) && !isText(value, "none"), Feature.FUNCTION_CALLING);
      case "prompt" -> {
        if (value instanceof Obj) {
          found.addAll(
              Set.of(
                  Feature.FUNCTION_CALLING,
                  Feature.VISION,
                  Feature.STRUCTURED_OUTPUTS,
                  Feature.WEB_SEARCH));
        }
        walk(value);
      }
      case "response_format", "format" ->
          addIf(
              value instanceof Array
                  || (value instanceof Obj object
                      && (types(object).isEmpty()
                          || types(object).stream().anyMatch(type -> !isText(type, "text")))),
              Feature.STRUCTURED_OUTPUTS);
      case "responseschema" -> addIf(isThere(value), Feature.STRUCTURED_OUTPUTS);
      case "responsemimetype", "response_mime_type" ->
          addIf(isThere(value) && !isText(value, "text/plain"), Feature.STRUCTURED_OUTPUTS);
      case "web_search_options", "googlesearch", "urlcontext" ->
          addIf(isThere(value), Feature.WEB_SEARCH);
      case "plugins" -> plugins(value);
      case "cache_control", "prompt_cache_key", "cachedcontent" ->
          addIf(isThere(value), Feature.PROMPT_CACHING);
      case "transforms" -> addIf(isFilled(value), Feature.MESSAGE_TRANSFORMS);
      case "type" -> {
        addIf(value instanceof Scalar(String text) && PICTURES.contains(text), Feature.VISION);
        walk(value);
      }
      case "image_url", "image" -> picture(value);
      case "mimetype", "media_type" -> {
        addIf(
            value instanceof Scalar(String text) && plain(text).startsWith("\"image/"),
            Feature.VISION);
        walk(value);
      }
      case "inlinedata", "file_data" -> {
        addIf(
            value instanceof Obj(List<Member> members)
                && members.stream().noneMatch(FeatureOracle::saysNoPicture),
            Feature.VISION);
        walk(value);
      }
      case "functionresponse" -> {
        if (value instanceof Obj(List<Member> members)) {
          members.stream()
              .filter(inner -> !inner.name().equals("response"))
              .forEach(inner -> member(inner, false));
        } else {
          walk(value);
        }
      }
      case "input" -> {
        if (root || !(value instanceof Obj)) {
          walk(value);
        }
      }
      case "functioncall", "args", "metadata" -> {}
      default -> walk(value);
    }
  }

  private void tool(Json tool) {
    if (!(tool instanceof Obj(List<Member> members))) {
      addIf(!isText(tool, null), Feature.FUNCTION_CALLING);
      return;
    }
    boolean typed = false;
    boolean known = false;
    boolean other = false;
    for (Member member : members) {
      Json value = member.value();
      switch (plain(member.name())) {
        case "type" -> {
          typed = true;
          String type = value instanceof Scalar(String text) ? plain(text) : "";
          if (type.contains("web_search")) {
            found.add(Feature.WEB_SEARCH);
          } else {
            addIf(!type.equals("\"file_search\""), Feature.FUNCTION_CALLING);
          }
        }
        case "functiondeclarations" -> {
          known = true;
          addIf(isFilled(value), Feature.FUNCTION_CALLING);
        }
        case "googlesearch", "urlcontext" -> {
          known = true;
          addIf(isThere(value), Feature.WEB_SEARCH);
        }
        case "cache_control" -> {
          known = true;
          addIf(isThere(value), Feature.PROMPT_CACHING);
        }
        case "codeexecution" -> known = true;
        case "function" -> {
          other = true;
          addIf(isThere(value), Feature.FUNCTION_CALLING);
        }
        // Of Bedrock's and others' spellings the test has no names.
        case "cachedcontent", "prompt_cache_key" -> other = true;
        default -> other = true;
      }
    }
    addIf(!typed && (!known || other), Feature.FUNCTION_CALLING);
  }

  private void plugins(Json value) {
    if (!(value instanceof Array)) {
      addIf(isThere(value), Feature.WEB_SEARCH);
      return;
    }
    for (Json plugin : each(value)) {
      if (plugin instanceof Obj(List<Member> members)) {
        List<Json> ids =
            members.stream().filter(m -> plain(m.name()).equals("id")).map(Member::value).toList();
        addIf(ids.isEmpty(), Feature.WEB_SEARCH);
        ids.forEach(this::plugin);
      } else {
        plugin(plugin);
      }
    }
  }

  private void plugin(Json id) {
    if (!(id instanceof Scalar(String text)) || !text.startsWith("\"")) {
      found.add(Feature.WEB_SEARCH);
      return;
    }
    addIf(plain(text).startsWith("\"web"), Feature.WEB_SEARCH);
    addIf(text.equals("\"context-compression\""), Feature.MESSAGE_TRANSFORMS);
  }

  private void picture(Json value) {
    switch (value) {
      case Scalar(String text) -> addIf(text.startsWith("\""), Feature.VISION);
      case Array(List<Json> items) -> addIf(!items.isEmpty(), Feature.VISION);
      case Obj object -> {
        found.add(Feature.VISION);
        walk(object);
      }
    }
  }

  private static boolean saysNoPicture(Member member) {
    return Set.of("mimetype", "media_type").contains(plain(member.name()))
        && (isText(member.value(), "application/pdf")
            || isText(member.value(), "application/json")
            || isText(member.value(), "text/plain"));
  }

  private static List<Json> types(Obj object) {
    return object.members().stream()
        .filter(member -> plain(member.name()).equals("type"))
        .map(Member::value)
        .toList();
  }

  private static List<Json> each(Json value) {
    return value instanceof Array(List<Json> items) ? items : List.of(value);
  }

  private static boolean isThere(Json value) {
    return !(value instanceof Scalar(String text) && (text.equals("null") || text.equals("false")));
  }

  private static boolean isFilled(Json value) {
    return value instanceof Array(List<Json> items) ? !items.isEmpty() : isThere(value);
  }

  /** Whether it is that text; null for JSON's own. */
  private static boolean isText(Json value, @org.jspecify.annotations.Nullable String text) {
    return value instanceof Scalar(String found)
        && found.equals(text == null ? "null" : "\"" + text + "\"");
  }

  private void addIf(boolean condition, Feature feature) {
    if (condition) {
      found.add(feature);
    }
  }
}
