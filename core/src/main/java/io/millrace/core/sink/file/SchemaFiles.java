package io.millrace.core.sink.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.api.TableName;
import io.millrace.api.Tso;
import io.millrace.api.event.DdlType;
import io.millrace.api.event.SchemaChange;
import io.millrace.api.event.TableChange;
import io.millrace.api.event.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the files that say what the tables' versions are; each is durable on return.
 *
 * <p>A statement is noted as the herald delivers it. Where the upstream does not tell the columns
 * there, the first row tells them, and its writer puts a fuller file in the place of the first.
 */
final class SchemaFiles {
  private static final JsonMapper JSON = new JsonMapper();

  private final FileLayout layout;
  private final WriterDirectory writer;
  private final boolean numbered;

  /**
   * Creates a writer.
   *
   * @param numbered whether columns are numbered
   */
  SchemaFiles(FileLayout layout, WriterDirectory writer, boolean numbered) {
    this.layout = layout;
    this.writer = writer;
    this.numbered = numbered;
  }

  /** Notes a statement for each of its tables, or for its database. */
  void note(SchemaChange change) throws IOException {
    if (change.tables().isEmpty()) {
      if (isOfDatabase(change.type()) && !change.schema().isEmpty()) {
        replace(layout.meta(change.schema()), TableDefinition.ofDatabase(change));
      }
      return;
    }
    for (TableChange table : change.tables()) {
      TableDefinition definition = TableDefinition.of(table.name(), change);
      if (table.schema().isPresent()) {
        definition = definition.with(table.schema().get(), numbered);
      }
      Path meta = layout.meta(table.name());
      if (known(meta, change.commitTs()).isEmpty()) {
        replace(meta, definition);
      }
    }
  }

  private static boolean isOfDatabase(DdlType type) {
    return switch (type) {
      case CREATE_SCHEMA, DROP_SCHEMA, MODIFY_SCHEMA_CHARSET_AND_COLLATE -> true;
      default -> false;
    };
  }

  /** Notes the columns that rows of a table's version have. */
  void describe(TableName name, Tso version, TableSchema columns) throws IOException {
    Path meta = layout.meta(name);
    TableDefinition definition = TableDefinition.of(name, version);
    for (Path file : known(meta, version)) {
      JsonNode before = JSON.readTree(file.toFile());
      definition =
          new TableDefinition(
              name.schema(),
              name.table(),
              version,
              before.path("Query").asText(),
              before.path("Type").asInt(),
              List.of());
    }
    replace(meta, definition.with(columns, numbered));
  }

  private void replace(Path meta, TableDefinition definition) throws IOException {
    Path file = meta.resolve(definition.fileName());
    List<Path> before = known(meta, definition.version());
    if (before.equals(List.of(file))) {
      return;
    }
    layout.create(meta);
    writer.put(definition.text().getBytes(StandardCharsets.UTF_8), file);
    for (Path other : before) {
      if (!other.equals(file)) {
        Files.deleteIfExists(other);
      }
    }
  }

  private static List<Path> known(Path meta, Tso version) throws IOException {
    List<Path> known = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(meta, TableDefinition.prefix(version) + "*.json")) {
      files.forEach(known::add);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return known;
  }
}
