package dev.tollgate.admin.credential;

import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads the columns of a version. */
@Component
class ValueRows {

  private final Jsonb jsonb;

  ValueRows(Jsonb jsonb) {
    this.jsonb = jsonb;
  }

  StoredValue read(Readable row) {
    return new StoredValue(
        Rows.number(row, "value_version"),
        new SealedSecret(Rows.text(row, "data_key_id"), Rows.required(row, "sealed", byte[].class)),
        Rows.texts(row, "allowed_hosts"),
        texts(row, "fields"),
        texts(row, "masks"),
        Rows.required(row, "current", Boolean.class),
        row.get("valid_until", Instant.class),
        Rows.text(row, "value_created_by"),
        Rows.instant(row, "value_created_at"));
  }

  private Map<String, String> texts(Readable row, String column) {
    Map<String, String> texts = new TreeMap<>();
    JsonNode object = jsonb.read(row, column);
    if (object != null) {
      object.forEachEntry((name, value) -> texts.put(name, value.asString()));
    }
    return texts;
  }
}
