package dev.tollgate.admin.provider;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;

/** The kinds of providers.yaml. */
@Component
public class ProviderCatalogue {

  private static final String FILE = "providers.yaml";

  private final Map<String, ProviderKind> kinds = new LinkedHashMap<>();

  ProviderCatalogue(JsonMapper mapper) {
    for (ProviderKind kind : read(mapper).providers()) {
      if (kinds.put(kind.name(), kind) != null) {
        throw new IllegalStateException(FILE + " has two entries " + kind.name());
      }
    }
  }

  /** All kinds, in the order of the file. */
  public Collection<ProviderKind> all() {
    return kinds.values();
  }

  public Optional<ProviderKind> find(String name) {
    return Optional.ofNullable(kinds.get(name));
  }

  private static Entries read(JsonMapper mapper) {
    try (InputStream file = ProviderCatalogue.class.getResourceAsStream(FILE)) {
      Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
      return mapper.convertValue(tree, Entries.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file's only member. */
  record Entries(List<ProviderKind> providers) {}
}
