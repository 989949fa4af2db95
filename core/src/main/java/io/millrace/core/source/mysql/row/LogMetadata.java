package io.millrace.core.source.mysql.row;

import io.millrace.api.event.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the optional fields of a table map say about its columns.
 *
 * <p><i>Source:</i> optional metadata of MySQL 8.0's TABLE_MAP_EVENT. Two things are not alike:
 * MariaDB counts YEAR among the columns with a sign and GEOMETRY among those with a charset.
 */
final class LogMetadata {
  private static final int SIGNEDNESS = 1;
  private static final int DEFAULT_CHARSET = 2;
  private static final int COLUMN_CHARSET = 3;
  private static final int COLUMN_NAME = 4;
  private static final int SET_LABELS = 5;
  private static final int ENUM_LABELS = 6;
  private static final int PRIMARY_KEY = 8;
  private static final int PRIMARY_KEY_WITH_PREFIX = 9;
  private static final int LABEL_DEFAULT_CHARSET = 10;
  private static final int LABEL_COLUMN_CHARSET = 11;
  private static final int VISIBILITY = 12;

  /** A limit for numbers that count columns or name collations. */
  private static final int MANY = 1 << 20;

  private final WireType[] types;
  private final Flavor flavor;
  private final Map<Integer, byte[]> fields = new HashMap<>();
  private final boolean[] unsigned;
  private final boolean[] visible;
  private final @Nullable String[] charsets;
  private final List<List<String>> labels = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private Optional<TableSchema.Key> primaryKey = Optional.empty();

  private LogMetadata(WireType[] types, Flavor flavor) {
    this.types = types;
    this.flavor = flavor;
    unsigned = new boolean[types.length];
    visible = new boolean[types.length];
    charsets = new @Nullable String[types.length];
  }

  /** Reads the fields up to the cursor's end. */
  static LogMetadata read(Cursor cursor, WireType[] types, Flavor flavor) {
    LogMetadata metadata = new LogMetadata(types, flavor);
    while (cursor.remaining() > 0) {
      int type = cursor.u8();
      byte[] old = metadata.fields.put(type, cursor.take(cursor.length()));
      if (old != null) {
        throw Unreadable.damaged("a table map has its optional field " + type + " twice");
      }
    }
    metadata.understand();
    return metadata;
  }

  boolean hasNames() {
    return !names.isEmpty();
  }

  boolean hasSigns() {
    return fields.containsKey(SIGNEDNESS);
  }

  String name(int column) {
    return names.get(column);
  }

  boolean unsigned(int column) {
    return unsigned[column];
  }

  boolean visible(int column) {
    return visible[column];
  }

  /** Returns the charset where the log tells it; {@code binary} for byte strings. */
  Optional<String> charset(int column) {
    return Optional.ofNullable(charsets[column]);
  }

  List<String> labels(int column) {
    return labels.get(column);
  }

  /** Returns the primary key; none where a prefix is part of it. */
  Optional<TableSchema.Key> primaryKey() {
    return primaryKey;
  }

  private void understand() {
    readBits(SIGNEDNESS, unsigned, this::hasSign);
    Arrays.fill(visible, true);
    readBits(VISIBILITY, visible, column -> true);
    readCharsets(DEFAULT_CHARSET, COLUMN_CHARSET, this::hasCharset);
    readCharsets(LABEL_DEFAULT_CHARSET, LABEL_COLUMN_CHARSET, this::hasLabels);
    readNames();
    for (int i = 0; i < types.length; i++) {
      labels.add(List.of());
    }
    readLabels(SET_LABELS, Wire.SET);
    readLabels(ENUM_LABELS, Wire.ENUM);
    readPrimaryKey();
  }

  private boolean hasSign(int column) {
    return switch (types[column].wire()) {
      case INTEGER, FLOAT, DOUBLE, DECIMAL -> true;
      case YEAR -> flavor == Flavor.MARIADB;
      default -> false;
    };
  }

  private boolean hasCharset(int column) {
    return switch (types[column].wire()) {
      case STRING, VARCHAR, BLOB, COMPRESSED_VARCHAR, COMPRESSED_BLOB -> true;
      case GEOMETRY -> flavor == Flavor.MARIADB;
      default -> false;
    };
  }

  private boolean hasLabels(int column) {
    return types[column].wire() == Wire.ENUM || types[column].wire() == Wire.SET;
  }

  private Optional<Cursor> field(int type) {
    byte[] bytes = fields.get(type);
    return bytes == null
        ? Optional.empty()
        : Optional.of(
            new Cursor(bytes, 0, bytes.length, "the optional field " + type + " of a table map"));
  }

  private int[] columns(IntPredicate having) {
    return IntStream.range(0, types.length).filter(having).toArray();
  }

  private void readBits(int type, boolean[] into, IntPredicate having) {
    Optional<Cursor> field = field(type);
    if (field.isEmpty()) {
      return;
    }
    int[] columns = columns(having);
    Cursor cursor = field.get();
    if (cursor.remaining() != (columns.length + 7) / 8) {
      throw Unreadable.damaged(
          "the optional field "
              + type
              + " of a table map has "
              + cursor.remaining()
              + " bytes for "
              + columns.length
              + " columns");
    }
    int bits = 0;
    for (int i = 0; i < columns.length; i++) {
      bits = (i & 7) == 0 ? cursor.u8() : bits << 1;
      into[columns[i]] = (bits & 0x80) != 0;
    }
  }

  private void readCharsets(int defaultType, int listType, IntPredicate having) {
    int[] columns = columns(having);
    field(defaultType)
        .ifPresent(
            cursor -> {
              String charset = Collations.charset(cursor.packed(MANY));
              for (int column : columns) {
                charsets[column] = charset;
              }
              while (cursor.remaining() > 0) {
                int index = cursor.packed(columns.length - 1L);
                charsets[columns[index]] = Collations.charset(cursor.packed(MANY));
              }
            });
    field(listType)
        .ifPresent(
            cursor -> {
              for (int column : columns) {
                charsets[column] = Collations.charset(cursor.packed(MANY));
              }
              mustEnd(cursor, listType);
            });
  }

  private static void mustEnd(Cursor cursor, int type) {
    if (cursor.remaining() > 0) {
      throw Unreadable.damaged(
          "the optional field "
              + type
              + " of a table map has "
              + cursor.remaining()
              + " bytes too many");
    }
  }

  private void readNames() {
    field(COLUMN_NAME)
        .ifPresent(
            cursor -> {
              for (int i = 0; i < types.length; i++) {
                names.add(new String(cursor.take(cursor.length()), StandardCharsets.UTF_8));
              }
              mustEnd(cursor, COLUMN_NAME);
            });
  }

  private void readLabels(int type, Wire wire) {
    field(type)
        .ifPresent(
            cursor -> {
              for (int column : columns(c -> types[c].wire() == wire)) {
                String charset = charset(column).orElse("utf8mb4");
                int count = cursor.packed(cursor.remaining());
                List<String> texts = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                  int length = cursor.length();
                  texts.add(
                      CharsetText.of(charset).text(cursor.bytes(), cursor.skip(length), length));
                }
                labels.set(column, List.copyOf(texts));
              }
              mustEnd(cursor, type);
            });
  }

  private void readPrimaryKey() {
    Optional<Cursor> whole = field(PRIMARY_KEY);
    Optional<Cursor> prefixed = field(PRIMARY_KEY_WITH_PREFIX);
    Cursor cursor = whole.or(() -> prefixed).orElse(null);
    if (cursor == null) {
      return;
    }
    boolean prefix = false;
    List<Integer> columns = new ArrayList<>();
    while (cursor.remaining() > 0) {
      columns.add(cursor.packed(types.length - 1L));
      prefix |= whole.isEmpty() && cursor.packed(MANY) != 0;
    }
    if (!prefix && !columns.isEmpty()) {
      primaryKey = Optional.of(TableSchema.Key.primary(columns));
    }
  }
}
