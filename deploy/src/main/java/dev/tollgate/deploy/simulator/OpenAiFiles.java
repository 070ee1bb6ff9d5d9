package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Files and batches, kept in memory until the simulator stops. */
final class OpenAiFiles {

  private static final int CAPACITY = 200;

  private final UnaryOperator<String> ids;
  private final Map<String, StoredFile> files = new LinkedHashMap<>();
  private final Map<String, Map<String, @Nullable Object>> batches = new LinkedHashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record StoredFile(Map<String, @Nullable Object> description, byte[] content) {}

  OpenAiFiles(UnaryOperator<String> ids) {
    this.ids = ids;
  }

  synchronized Answer answer(RecordedRequest request, String resource) {
    return switch (request.method() + " " + resource) {
      case "POST files" -> upload(request);
      case "GET files" -> list(files.values().stream().map(StoredFile::description).toList());
      case "POST batches" -> batch(Json.read(request.body()));
      case "GET batches" -> list(List.copyOf(batches.values()));
      default -> one(request.method(), resource);
    };
  }

  private Answer one(String method, String resource) {
    String[] parts = resource.split("/", -1);
    if (parts.length < 2) {
      return OpenAi.notFound();
    }
    String action = parts.length > 2 ? "/" + parts[2] : "";
    return parts[0].equals("files")
        ? file(method + action, parts[1])
        : storedBatch(method + action, parts[1]);
  }

  private Answer file(String call, String id) {
    StoredFile file = files.get(id);
    if (file == null) {
      return OpenAi.notFound();
    }
    return switch (call) {
      case "GET" -> Answer.json(200, file.description());
      case "GET/content" -> Answer.whole(200, "application/octet-stream", file.content());
      case "DELETE" -> {
        files.remove(id);
        yield Answer.json(200, Json.object("id", id, "object", "file", "deleted", true));
      }
      default -> OpenAi.notFound();
    };
  }

  private Answer upload(RecordedRequest request) {
    Multipart form = Multipart.parse(request.header("content-type"), request.body());
    Multipart.Part file = form.part("file");
    if (file == null || files.size() >= CAPACITY) {
      return ProviderProtocol.OPENAI.error(400, "invalid_request_error", "file is required");
    }
    String id = ids.apply("file-");
    Map<String, @Nullable Object> description =
        Json.object(
            "id",
            id,
            "object",
            "file",
            "bytes",
            file.content().length,
            "created_at",
            OpenAi.CREATED,
            "filename",
            Objects.requireNonNullElse(file.fileName(), "upload"),
            "purpose",
            form.text("purpose", "user_data"),
            "status",
            "processed");
    files.put(id, new StoredFile(description, file.content()));
    return Answer.json(200, description);
  }

  private Answer batch(JsonNode document) {
    if (batches.size() >= CAPACITY) {
      return ProviderProtocol.OPENAI.error(400, "invalid_request_error", "too many batches");
    }
    String id = ids.apply("batch_");
    Map<String, @Nullable Object> batch =
        Json.object(
            "id",
            id,
            "object",
            "batch",
            "endpoint",
            document.path("endpoint").asString("/v1/chat/completions"),
            "input_file_id",
            document.path("input_file_id").asString(""),
            "completion_window",
            document.path("completion_window").asString("24h"),
            "status",
            "validating",
            "created_at",
            OpenAi.CREATED);
    batches.put(id, batch);
    return Answer.json(200, batch);
  }

  private Answer storedBatch(String call, String id) {
    Map<String, @Nullable Object> batch = batches.get(id);
    if (batch == null) {
      return OpenAi.notFound();
    }
    if (call.equals("POST/cancel")) {
      batch.put("status", "cancelling");
    }
    return Answer.json(200, batch);
  }

  private static Answer list(List<?> data) {
    return Answer.json(
        200, Json.object("object", "list", "data", new ArrayList<>(data), "has_more", false));
  }
}
