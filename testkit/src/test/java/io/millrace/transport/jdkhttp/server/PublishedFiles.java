package io.millrace.transport.jdkhttp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a file sink has published, read as a consumer of it would: each table's files in order, each
 * once. A file that is published never changes.
 */
final class PublishedFiles {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path schema;
  private final Set<Path> read = new HashSet<>();
  private final Map<String, String> rows = new TreeMap<>();
  private final Map<String, Set<Integer>> transactions = new TreeMap<>();
  private long messages;

  PublishedFiles(Path schema) {
    this.schema = schema;
  }

  /** Reads what was published since the last time. */
  void refresh() throws IOException {
    if (!Files.isDirectory(schema)) {
      return;
    }
    try (Stream<Path> tables = Files.list(schema)) {
      for (Path table : tables.sorted().toList()) {
        refreshTable(table);
      }
    }
  }

  private void refreshTable(Path table) throws IOException {
    try (Stream<Path> files = Files.walk(table)) {
      List<Path> published =
          files.filter(file -> file.getFileName().toString().startsWith("CDC")).sorted().toList();
      for (Path file : published) {
        if (read.add(file)) {
          for (String line : Files.readString(file).split("\r\n", -1)) {
            if (!line.isEmpty()) {
              apply(table.getFileName().toString(), JSON.readTree(line));
            }
          }
        }
      }
    }
  }

  private void apply(String table, JsonNode message) {
    messages++;
    for (JsonNode row : message.get("data")) {
      String key = table + "/" + row.get("id").asText();
      transactions
          .computeIfAbsent(table, t -> new HashSet<>())
          .add(Integer.valueOf(row.get("txn").asText()));
      if (message.get("type").asText().equals("DELETE")) {
        rows.remove(key);
      } else {
        rows.put(
            key,
            row.get("txn").asText()
                + "|"
                + row.get("v").asText()
                + "|"
                + row.get("n").asText()
                + "|"
                + row.get("d").asText());
      }
    }
  }

  /** Returns whether a row of a table with a transaction's number was published. */
  boolean has(int table, int transaction) {
    return transactions.getOrDefault("t" + table, Set.of()).contains(transaction);
  }

  /** Returns the rows that come of applying all messages in order, as text by table and key. */
  Map<String, String> rows() {
    return rows;
  }

  /** Returns how many messages were read, repeated ones included. */
  long messages() {
    return messages;
  }
}
