package io.millrace.transport.jdkhttp.server;

import io.millrace.api.changefeed.ChangefeedSpec;
import io.millrace.api.consumer.Changes;
import io.millrace.api.event.Column;
import io.millrace.api.event.Row;
import io.millrace.api.event.RowChange;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * Trying it out without a database: a made-up upstream, and one changefeed whose rows are printed.
 *
 * @param out where to
 */
record Demo(PrintWriter out) {
  static final String UPSTREAM = "datagen:?rate=2&tables=2&accounts=100";
  static final String CONSUMER = "console";
  private static final String CHANGEFEED = "demo";

  static ChangefeedSpec changefeed() {
    return ChangefeedSpec.builder("consumer://" + CONSUMER).id(CHANGEFEED).build();
  }

  /** Prints the calls to try next. */
  void introduce(String url) {
    String api = url + "/api/v1";
    out.println("Changefeed 'demo' prints the changes of a made-up bank. In another terminal, try");
    List.of(
            "curl " + api + "/changefeeds/" + CHANGEFEED,
            "curl -X POST " + api + "/changefeeds/" + CHANGEFEED + "/pause",
            "curl -X POST " + api + "/changefeeds/" + CHANGEFEED + "/resume",
            "curl -X POST "
                + api
                + "/changefeeds -d '{\"changefeed_id\": \"files\", \"sink_uri\":"
                + " \"file:///tmp/millrace-demo?protocol=canal-json\"}'",
            "curl " + api + "/changefeeds")
        .forEach(line -> out.println("  " + line));
    out.flush();
  }

  /** Prints the rows of a transaction, one a line. */
  void print(Changes changes) {
    changes.rows().forEach(row -> out.println(line(row)));
    out.flush();
    changes.ack();
  }

  /** Returns a row in one line: all values of an insert or delete, what is other in an update. */
  static String line(RowChange change) {
    StringJoiner values = new StringJoiner(", ");
    List<Column> columns = change.table().columns();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).name();
      switch (change.kind()) {
        case INSERT -> values.add(name + "=" + text(change.after(), i));
        case DELETE -> values.add(name + "=" + text(change.before(), i));
        case UPDATE -> {
          String before = text(change.before(), i);
          String after = text(change.after(), i);
          if (!before.equals(after)) {
            values.add(name + " " + before + " -> " + after);
          } else if (isKey(change, i)) {
            values.add(name + "=" + after);
          }
        }
      }
    }
    return change.kind() + " " + change.table().name() + " " + values;
  }

  private static boolean isKey(RowChange change, int column) {
    return change.table().handleKey().map(key -> key.columns().contains(column)).orElse(false);
  }

  private static String text(Row row, int column) {
    return row.isNull(column) ? "NULL" : Objects.toString(row.textAt(column));
  }
}
