package dev.tollgate.admin.service;

import dev.tollgate.admin.provider.ServiceAuth;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Reads rows of services. */
@Component
class ServiceRows {

  private final Jsonb jsonb;

  ServiceRows(Jsonb jsonb) {
    this.jsonb = jsonb;
  }

  StoredService read(Readable row) {
    return new StoredService(
        service(row),
        row.get("base_url", String.class),
        jsonb.read(row, "auth", ServiceAuth.class));
  }

  private Service service(Readable row) {
    return new Service(
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        row.get("project_id", String.class),
        Rows.text(row, "name"),
        Rows.text(row, "provider"),
        Rows.texts(row, "protocols"),
        Rows.text(row, "resolved_base_url"),
        row.get("credential_id", String.class),
        auth(row),
        headers(row),
        models(row),
        Rows.number(row, "weight"),
        Rows.number(row, "priority"),
        Rows.texts(row, "projects"),
        jsonb.read(row, "timeouts", Timeouts.class),
        row.get("environment", String.class),
        Service.Status.of(row.get("credential_id", String.class), auth(row)),
        Rows.number(row, "version"),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private ServiceAuth auth(Readable row) {
    return Objects.requireNonNull(jsonb.read(row, "resolved_auth", ServiceAuth.class), "auth");
  }

  private Map<String, String> headers(Readable row) {
    Map<String, String> headers = new LinkedHashMap<>();
    JsonNode object = jsonb.read(row, "headers");
    if (object != null) {
      object.forEachEntry((name, value) -> headers.put(name, value.asString()));
    }
    return headers;
  }

  private @Nullable List<ServedModel> models(Readable row) {
    ServedModel[] models = jsonb.read(row, "models", ServedModel[].class);
    return models == null ? null : List.of(models);
  }
}
