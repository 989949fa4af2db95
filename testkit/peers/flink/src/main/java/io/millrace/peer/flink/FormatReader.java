package io.millrace.peer.flink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.runtime.connector.source.ScanRuntimeProviderContext;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.table.types.utils.TypeConversions;

/**
 * Decodes messages with Flink's formats, as a table of Flink SQL would.
 *
 * <p>Reads lines from standard input: {@code format <name> <options> <row type>}, separated by
 * tabs, options as {@code key=value} joined by commas, and {@code message <base64>}. Answers each
 * message with a line per row that came of it (the row's kind, then its values, separated by tabs:
 * {@code -} for NULL, else {@code =} and the base64 of the value's text) and a line {@code end}, or
 * {@code error} and what went wrong.
 */
final class FormatReader {
  private final ClassLoader classes = FormatReader.class.getClassLoader();
  private RowType type;
  private DeserializationSchema<RowData> format;

  private FormatReader() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, UTF_8);
    FormatReader reader = new FormatReader();
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split("\t", -1);
        if (words[0].equals("format")) {
          reader.open(words[1], words[2], words[3]);
        } else {
          out.println(reader.answer(Base64.getDecoder().decode(words[1])));
          out.flush();
        }
      }
    }
  }

  private void open(String name, String options, String row) throws Exception {
    Configuration configuration = new Configuration();
    for (String option : options.isEmpty() ? new String[0] : options.split(",")) {
      configuration.setString(option.split("=")[0], option.split("=")[1]);
    }
    type = (RowType) LogicalTypeParser.parse(row, classes);
    DataType wanted = TypeConversions.fromLogicalToDataType(type);
    format =
        FactoryUtil.discoverFactory(classes, DeserializationFormatFactory.class, name)
            .createDecodingFormat(null, configuration)
            .createRuntimeDecoder(ScanRuntimeProviderContext.INSTANCE, wanted);
    format.open(null);
  }

  private String answer(byte[] message) {
    List<RowData> rows = new ArrayList<>();
    try {
      format.deserialize(message, new ListCollector<>(rows));
    } catch (IOException | RuntimeException e) {
      return "error\t" + (e + " of " + e.getCause()).replaceAll("\\s+", " ");
    }
    StringBuilder lines = new StringBuilder();
    for (RowData row : rows) {
      lines.append(row.getRowKind().shortString());
      append(row, type, lines);
      lines.append('\n');
    }
    return lines + "end";
  }

  /** Appends the values of a row, those of a nested one in its place. */
  private static void append(RowData row, RowType type, StringBuilder line) {
    for (int i = 0; i < type.getFieldCount(); i++) {
      LogicalType column = type.getTypeAt(i);
      if (column instanceof RowType nested) {
        append(row.getRow(i, nested.getFieldCount()), nested, line);
        continue;
      }
      Object value = RowData.createFieldGetter(column, i).getFieldOrNull(row);
      line.append('\t').append(value == null ? "-" : "=" + base64(text(column, value)));
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /** Returns the text that SQL has for a value; of bytes, hex digits. */
  private static String text(LogicalType type, Object value) {
    return switch (type.getTypeRoot()) {
      case DATE -> LocalDate.ofEpochDay((int) value).toString();
      case TIME_WITHOUT_TIME_ZONE ->
          LocalTime.ofNanoOfDay((int) value * 1_000_000L)
              .format(DateTimeFormatter.ofPattern("HH:mm:ss"));
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          time((TimestampData) value, LogicalTypeChecks.getPrecision(type));
      case VARBINARY -> HexFormat.of().formatHex((byte[]) value);
      default -> value.toString();
    };
  }

  private static String time(TimestampData value, int precision) {
    String fraction = precision == 0 ? "" : "." + "S".repeat(precision);
    return value
        .toLocalDateTime()
        .format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss" + fraction));
  }
}
